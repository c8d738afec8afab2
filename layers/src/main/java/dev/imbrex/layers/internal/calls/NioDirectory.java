package dev.imbrex.layers.internal.calls;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Node;
import java.io.IOException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** A directory known by its path. */
final class NioDirectory implements DirectoryHandle {
  private final NioSystem system;
  private final Path path;
  private final Shown shown;
  private volatile boolean closed;

  NioDirectory(NioSystem system, Path path, Shown shown) {
    this.system = system;
    this.path = path;
    this.shown = shown;
  }

  private interface Call<T> {
    T make(Path child) throws IOException;
  }

  private <T> T call(ByteString name, Call<T> call) throws IOException {
    Path child = child(name);
    try {
      return call.make(child);
    } catch (FileSystemException e) {
      throw e instanceof InexactSymlinkException ? e : NioSystem.told(shown.child(name), e);
    }
  }

  private Path child(ByteString name) throws IOException {
    requireOpen();
    Path child = system.names().name(name);
    if (child == null || !canHold(name)) {
      throw Errors.cannotHold(shown.child(name).toString());
    }
    return path.resolve(child);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(shown + " is closed");
    }
  }

  @Override
  public CallSupport support() {
    return system.support();
  }

  @Override
  public boolean canHold(ByteString name) {
    return system.canHold(name);
  }

  @Override
  public List<ByteString> names() throws IOException {
    requireOpen();
    List<ByteString> names = new ArrayList<>();
    try (DirectoryStream<Path> children = Files.newDirectoryStream(path)) {
      for (Path child : children) {
        names.add(system.names().bytesOf(child.getFileName()));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    } catch (FileSystemException e) {
      throw NioSystem.told(shown, e);
    }
    return names;
  }

  @Override
  public FileStatus status() throws IOException {
    requireOpen();
    try {
      return system.status(path);
    } catch (FileSystemException e) {
      throw NioSystem.told(shown, e);
    }
  }

  @Override
  public FileStatus status(ByteString name) throws IOException {
    return call(name, system::status);
  }

  @Override
  public FileAttributes attributes() {
    requireOpen();
    return new NioAttributes(system, path, FileStatus.Type.DIRECTORY, shown);
  }

  @Override
  public FileAttributes attributes(ByteString name, FileStatus.Type type) {
    requireOpen();
    Path child = system.names().name(name);
    if (child == null) {
      throw new IllegalArgumentException("no name here: " + name);
    }
    return new NioAttributes(system, path.resolve(child), type, shown.child(name));
  }

  @Override
  public DirectoryHandle openDirectory(ByteString name) throws IOException {
    return call(
        name,
        child -> {
          if (system.status(child).type() != FileStatus.Type.DIRECTORY) {
            throw new NotDirectoryException(child.toString());
          }
          return new NioDirectory(system, child, shown.child(name));
        });
  }

  @Override
  public DirectoryHandle reopen() {
    requireOpen();
    return new NioDirectory(system, path, shown);
  }

  @Override
  public SeekableByteChannel openFile(ByteString name) throws IOException {
    return call(
        name,
        child -> {
          if (system.status(child).type() != FileStatus.Type.REGULAR) {
            throw Errors.notRegular(shown.child(name).toString());
          }
          return Files.newByteChannel(
              child, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
        });
  }

  @Override
  public ByteString readSymlink(ByteString name) throws IOException {
    return call(
        name,
        child -> {
          if (system.status(child).type() != FileStatus.Type.SYMLINK) {
            throw new NotLinkException(child.toString());
          }
          return system.names().bytesOf(Files.readSymbolicLink(child));
        });
  }

  @Override
  public void createDirectory(ByteString name) throws IOException {
    call(name, child -> Files.createDirectory(child, mode("rwx------")));
  }

  @Override
  public FileHandle createFile(ByteString name) throws IOException {
    return call(
        name,
        child ->
            new NioFile(
                system,
                child,
                shown.child(name),
                Files.newByteChannel(
                    child,
                    Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                    mode("rw-------"))));
  }

  private FileAttribute<?>[] mode(String permissions) {
    return system.isPosix()
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  @Override
  public void createSymlink(ByteString name, ByteString target) throws IOException {
    Path nearest = system.names().target(target);
    if (nearest == null) {
      throw new InexactSymlinkException(shown.child(name).toString(), target, null);
    }
    ByteString stored = system.names().bytesOf(nearest);
    if (!stored.equals(target)) {
      throw new InexactSymlinkException(shown.child(name).toString(), target, stored);
    }
    call(name, child -> Files.createSymbolicLink(child, nearest));
  }

  @Override
  public void createDevice(ByteString name, Node.Kind kind, long major, long minor) {
    throw new UnsupportedOperationException("java.nio makes no devices");
  }

  @Override
  public void createFifo(ByteString name) {
    throw new UnsupportedOperationException("java.nio makes no named pipes");
  }

  @Override
  public void createLink(ByteString name, DirectoryHandle holder, ByteString existing)
      throws IOException {
    Path target = own(holder).child(existing);
    call(name, child -> Files.createLink(child, target));
  }

  @Override
  public void deleteFile(ByteString name) throws IOException {
    call(
        name,
        child -> {
          if (system.status(child).type() == FileStatus.Type.DIRECTORY) {
            throw new FileSystemException(child.toString(), null, "it is a directory");
          }
          Files.delete(child);
          return child;
        });
  }

  @Override
  public void deleteDirectory(ByteString name) throws IOException {
    call(
        name,
        child -> {
          if (system.status(child).type() != FileStatus.Type.DIRECTORY) {
            throw new NotDirectoryException(child.toString());
          }
          Files.delete(child);
          return child;
        });
  }

  @Override
  public void move(ByteString name, DirectoryHandle target, ByteString newName) throws IOException {
    Path moved = own(target).child(newName);
    // Of two names of one inode a system would rename neither, and call it done.
    if (Files.exists(moved, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(own(target).shown.child(newName).toString());
    }
    call(name, child -> Files.move(child, moved));
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return shown.toString();
  }

  private static NioDirectory own(DirectoryHandle handle) {
    if (handle instanceof NioDirectory directory) {
      return directory;
    }
    throw new IllegalArgumentException("a directory of another provider: " + handle);
  }
}
