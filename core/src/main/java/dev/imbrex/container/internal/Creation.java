package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;

/** Makes files, directories and links, and opens files. */
final class Creation {
  private final VirtualFileSystem fileSystem;

  Creation(VirtualFileSystem fileSystem) {
    this.fileSystem = fileSystem;
  }

  void directory(VirtualPath path, int mode) throws IOException {
    fileSystem.change(
        namespace -> {
          Place place = free(namespace, path);
          Instant now = fileSystem.now();
          DirectoryInode directory =
              namespace.newDirectory(metadata(place.directory(), mode & 01777, true, now), now);
          namespace.bind(place.directory(), place.name(), directory, now);
        });
  }

  void symbolicLink(VirtualPath path, ByteString target) throws IOException {
    fileSystem.requireWritable();
    if (target.isEmpty()) {
      throw new NoSuchFileException(path.toString());
    }
    if (target.length() > Node.MAX_TARGET) {
      throw Reasons.nameTooLong(path);
    }
    fileSystem.change(
        namespace -> {
          Place place = free(namespace, path);
          Instant now = fileSystem.now();
          Node link = new Node.Symlink(metadata(place.directory(), 0777, false, now), target);
          namespace.bind(place.directory(), place.name(), namespace.newLeaf(link, now), now);
        });
  }

  void link(VirtualPath path, VirtualPath existing) throws IOException {
    fileSystem.change(
        namespace -> {
          Inode inode = PathWalk.find(namespace, existing, false).require(existing);
          Place place = free(namespace, path);
          if (inode.isDirectory()) {
            throw Reasons.notPermitted(existing);
          }
          namespace.bind(place.directory(), place.name(), inode, fileSystem.now());
        });
  }

  private static Place free(Namespace namespace, VirtualPath path) throws IOException {
    Place place = PathWalk.find(namespace, path, false);
    if (place.inode() != null) {
      throw new FileAlreadyExistsException(path.toString());
    }
    return place;
  }

  /** Opens a file, which is made if it is missing and the flags say so. */
  VirtualChannel open(VirtualPath path, OpenFlags flags, int mode) throws IOException {
    boolean changes = flags.write() || flags.deleteOnClose();
    if (changes) {
      fileSystem.requireWritable();
    }
    VirtualChannel channel =
        fileSystem.locked(
            namespace -> {
              Place place =
                  PathWalk.find(namespace, path, flags.followLinks() && !flags.createNew());
              Inode inode = place.inode();
              FileInode file =
                  inode == null
                      ? create(namespace, place, path, flags, mode)
                      : openable(inode, path, flags);
              VirtualChannel opened =
                  new VirtualChannel(fileSystem, file, flags, inode != null && flags.truncate());
              file.addHandle();
              fileSystem.register(opened);
              if (flags.deleteOnClose()) {
                namespace.unbind(place.directory(), place.name(), fileSystem.now());
              }
              return opened;
            });
    return channel.begun();
  }

  private FileInode create(
      Namespace namespace, Place place, VirtualPath path, OpenFlags flags, int mode)
      throws IOException {
    if (!flags.create() && !flags.createNew()) {
      throw new NoSuchFileException(path.toString());
    }
    Instant now = fileSystem.now();
    FileInode file =
        namespace.newFile(metadata(place.directory(), mode & 07777, false, now), null, now);
    namespace.bind(place.directory(), place.name(), file, now);
    return file;
  }

  private static FileInode openable(Inode inode, VirtualPath path, OpenFlags flags)
      throws IOException {
    if (flags.createNew()) {
      throw new FileAlreadyExistsException(path.toString());
    }
    if (inode instanceof FileInode file) {
      return file;
    }
    throw switch (inode.kind()) {
      case DIRECTORY -> Reasons.isADirectory(path);
      case SYMLINK -> Reasons.tooManyLinks(path);
      default -> Reasons.noDevice(path);
    };
  }

  /** The attributes of something new; a directory with the set-group-id bit passes its group on. */
  private Metadata metadata(DirectoryInode parent, int mode, boolean directory, Instant now) {
    Settings settings = fileSystem.settings();
    boolean inherits = (parent.metadata().mode() & 02000) != 0;
    return Metadata.ofMode(directory && inherits ? mode | 02000 : mode)
        .withOwner(settings.uid(), inherits ? parent.metadata().gid() : settings.gid())
        .withMtime(now);
  }
}
