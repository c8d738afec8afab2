package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Node;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.nio.file.spi.FileSystemProvider;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/** What {@link java.nio.file.Files} calls; of one file system alone, and registered nowhere. */
final class VirtualProvider extends FileSystemProvider {
  static final String SCHEME = "imbrex";

  private final VirtualFileSystem fileSystem;

  VirtualProvider(VirtualFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  private VirtualPath own(Path path) {
    return VirtualPath.require(fileSystem, path);
  }

  private static boolean follows(LinkOption... options) {
    boolean follows = true;
    for (LinkOption option : options) {
      follows &= Objects.requireNonNull(option) != LinkOption.NOFOLLOW_LINKS;
    }
    return follows;
  }

  // ---- URIs

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
    throw new UnsupportedOperationException("An image cannot be opened by a URI");
  }

  @Override
  public FileSystem getFileSystem(URI uri) {
    boolean ours =
        SCHEME.equalsIgnoreCase(uri.getScheme())
            && fileSystem.settings().name().equals(uri.getAuthority());
    if (!ours) {
      throw new FileSystemNotFoundException(uri.toString());
    }
    return fileSystem;
  }

  @Override
  public Path getPath(URI uri) {
    getFileSystem(uri);
    if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
      throw new IllegalArgumentException("A path has neither query nor fragment: " + uri);
    }
    return VirtualPath.root(fileSystem)
        .resolve(VirtualPath.of(fileSystem, UriBytes.decode(uri.getRawPath())));
  }

  // ---- Opening

  @Override
  public SeekableByteChannel newByteChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    return newFileChannel(path, options, attributes);
  }

  @Override
  public FileChannel newFileChannel(
      Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
      throws IOException {
    VirtualPath own = own(path);
    return new Creation(fileSystem)
        .open(own, OpenFlags.of(options), InitialMode.of(attributes, 0666));
  }

  /** Always fails: there is nothing that could be waited for. */
  @Override
  public AsynchronousFileChannel newAsynchronousFileChannel(
      Path path,
      Set<? extends OpenOption> options,
      @Nullable ExecutorService executor,
      FileAttribute<?>... attributes) {
    throw new UnsupportedOperationException(
        "Files of an image or a container layer have no asynchronous channels");
  }

  @Override
  public DirectoryStream<Path> newDirectoryStream(
      Path directory, DirectoryStream.Filter<? super Path> filter) throws IOException {
    VirtualPath own = own(directory);
    Objects.requireNonNull(filter);
    return fileSystem.locked(
        namespace -> {
          if (!(PathWalk.find(namespace, own, true).require(own) instanceof DirectoryInode inode)) {
            throw new NotDirectoryException(own.toString());
          }
          List<ByteString> names = List.copyOf(namespace.children(inode).keySet());
          VirtualDirectoryStream stream =
              new VirtualDirectoryStream(fileSystem, own, names, filter);
          fileSystem.register(stream);
          return stream;
        });
  }

  // ---- Names

  @Override
  public void createDirectory(Path path, FileAttribute<?>... attributes) throws IOException {
    new Creation(fileSystem).directory(own(path), InitialMode.of(attributes, 0777));
  }

  @Override
  public void createSymbolicLink(Path link, Path target, FileAttribute<?>... attributes)
      throws IOException {
    if (attributes.length > 0) {
      throw new UnsupportedOperationException("A symbolic link has no initial attributes");
    }
    new Creation(fileSystem).symbolicLink(own(link), own(target).toBytes());
  }

  @Override
  public void createLink(Path link, Path existing) throws IOException {
    new Creation(fileSystem).link(own(link), own(existing));
  }

  @Override
  public void delete(Path path) throws IOException {
    Removal.remove(fileSystem, own(path));
  }

  @Override
  public Path readSymbolicLink(Path link) throws IOException {
    VirtualPath own = own(link);
    return fileSystem.locked(
        namespace -> {
          Inode inode = PathWalk.find(namespace, own, false).require(own);
          if (inode instanceof LeafInode leaf && leaf.node() instanceof Node.Symlink symlink) {
            return VirtualPath.of(fileSystem, symlink.target());
          }
          throw new NotLinkException(own.toString());
        });
  }

  @Override
  public void copy(Path source, Path target, CopyOption... options) throws IOException {
    new Transfer(fileSystem, own(source), own(target), options).copy();
  }

  @Override
  public void move(Path source, Path target, CopyOption... options) throws IOException {
    new Transfer(fileSystem, own(source), own(target), options).move();
  }

  // ---- Questions

  @Override
  public boolean isSameFile(Path path, Path other) throws IOException {
    VirtualPath own = own(path);
    if (own.equals(other)) {
      return true;
    }
    if (!(other instanceof VirtualPath that) || !fileSystem.equals(that.getFileSystem())) {
      return false;
    }
    return attributes(own).number() == attributes(that).number();
  }

  private VirtualAttributes attributes(VirtualPath path) throws IOException {
    return new AttributeChange(fileSystem, path, true).read();
  }

  @Override
  public boolean isHidden(Path path) {
    ByteString name = own(path).lastName();
    return !name.isEmpty() && name.byteAt(0) == '.';
  }

  @Override
  public FileStore getFileStore(Path path) throws IOException {
    attributes(own(path));
    return new VirtualFileStore(fileSystem);
  }

  /** Allows what Linux allows root: all but writing where nothing can, and running no program. */
  @Override
  public void checkAccess(Path path, AccessMode... modes) throws IOException {
    VirtualAttributes attributes = attributes(own(path));
    List<AccessMode> wanted = Arrays.asList(modes);
    if (wanted.contains(AccessMode.WRITE) && fileSystem.isReadOnly()) {
      throw new AccessDeniedException(path.toString(), null, "Read-only file system");
    }
    boolean runs = attributes.isDirectory() || (attributes.mode() & 0111) != 0;
    if (wanted.contains(AccessMode.EXECUTE) && !runs) {
      throw new AccessDeniedException(path.toString());
    }
  }

  // ---- Attributes

  @Override
  public <V extends FileAttributeView> @Nullable V getFileAttributeView(
      Path path, Class<V> type, LinkOption... options) {
    AttributeChange file = change(path, options);
    if (type == BasicFileAttributeView.class) {
      return type.cast(new VirtualPosixView("basic", file));
    }
    if (type == FileOwnerAttributeView.class) {
      return type.cast(new VirtualPosixView("owner", file));
    }
    if (type == PosixFileAttributeView.class) {
      return type.cast(new VirtualPosixView("posix", file));
    }
    if (type == UserDefinedFileAttributeView.class) {
      return type.cast(new VirtualUserView(file, own(path)));
    }
    return null;
  }

  private AttributeChange change(Path path, LinkOption... options) {
    return new AttributeChange(fileSystem, own(path), follows(options));
  }

  @Override
  public <A extends BasicFileAttributes> A readAttributes(
      Path path, Class<A> type, LinkOption... options) throws IOException {
    if (type != BasicFileAttributes.class && type != PosixFileAttributes.class) {
      throw new UnsupportedOperationException("No attributes of " + type);
    }
    return type.cast(change(path, options).read());
  }

  @Override
  public Map<String, Object> readAttributes(Path path, String attributes, LinkOption... options)
      throws IOException {
    int colon = attributes.indexOf(':');
    String view = colon < 0 ? "basic" : attributes.substring(0, colon);
    List<String> names = List.of(attributes.substring(colon + 1).split(","));
    AttributeChange file = change(path, options);
    return view.equals("user")
        ? new VirtualUserView(file, own(path)).read(names)
        : AttributeNames.read(file.read(), view, names);
  }

  @Override
  public void setAttribute(Path path, String attribute, Object value, LinkOption... options)
      throws IOException {
    int colon = attribute.indexOf(':');
    String view = colon < 0 ? "basic" : attribute.substring(0, colon);
    String name = attribute.substring(colon + 1);
    AttributeChange file = change(path, options);
    if (view.equals("user")) {
      ByteBuffer bytes =
          value instanceof byte[] array ? ByteBuffer.wrap(array) : ((ByteBuffer) value).duplicate();
      new VirtualUserView(file, own(path)).write(name, bytes);
    } else {
      file.set(view, name, value);
    }
  }
}
