package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.UserPrincipal;
import java.util.Set;

/** What there is to say of a file, as it was at one moment. */
final class VirtualAttributes implements PosixFileAttributes {
  /** The number of the device that every file of every file system of ours is on. */
  static final long DEVICE = 0x696d62;

  private final VirtualFileSystem fileSystem;
  private final Key key;
  private final Node.Kind kind;
  private final Metadata metadata;
  private final long size;
  private final int links;
  private final long device;
  private final FileTime accessed;
  private final FileTime changed;

  /** What tells files of one file system apart. */
  private record Key(VirtualFileSystem fileSystem, long number) {
    @Override
    public String toString() {
      return "(ino=" + number + ")";
    }
  }

  VirtualAttributes(VirtualFileSystem fileSystem, Inode inode) {
    this.fileSystem = fileSystem;
    this.key = new Key(fileSystem, inode.number());
    this.kind = inode.kind();
    this.metadata = inode.metadata();
    this.size = inode.size();
    this.links = inode.links();
    this.device =
        inode instanceof LeafInode leaf && leaf.node() instanceof Node.Device node
            ? number(node.major(), node.minor())
            : 0;
    this.accessed = FileTime.from(inode.accessed());
    this.changed = FileTime.from(inode.changed());
  }

  /** A device number as {@code stat} of Linux has it. */
  private static long number(long major, long minor) {
    return (major & 0xfffL) << 8
        | (major & ~0xfffL) << 32
        | (minor & 0xff)
        | (minor & ~0xffL) << 12;
  }

  /** Permissions and type, as {@code stat} has them. */
  int mode() {
    int type =
        switch (kind) {
          case REGULAR -> 0100000;
          case DIRECTORY -> 0040000;
          case SYMLINK -> 0120000;
          case CHARACTER_DEVICE -> 0020000;
          case BLOCK_DEVICE -> 0060000;
          case FIFO -> 0010000;
        };
    return type | metadata.mode();
  }

  long number() {
    return key.number();
  }

  int links() {
    return links;
  }

  /** The number of the device this is, 0 if it is none. */
  long device() {
    return device;
  }

  Metadata metadata() {
    return metadata;
  }

  FileTime changed() {
    return changed;
  }

  @Override
  public UserPrincipal owner() {
    return new VirtualPrincipal(fileSystem, metadata.uid());
  }

  @Override
  public GroupPrincipal group() {
    return new VirtualPrincipal.Group(fileSystem, metadata.gid());
  }

  @Override
  public Set<PosixFilePermission> permissions() {
    return InitialMode.permissionsOf(metadata.mode());
  }

  @Override
  public FileTime lastModifiedTime() {
    return FileTime.from(metadata.mtime());
  }

  @Override
  public FileTime lastAccessTime() {
    return accessed;
  }

  /** The time of the last modification, as nothing keeps that of the creation. */
  @Override
  public FileTime creationTime() {
    return lastModifiedTime();
  }

  @Override
  public boolean isRegularFile() {
    return kind == Node.Kind.REGULAR;
  }

  @Override
  public boolean isDirectory() {
    return kind == Node.Kind.DIRECTORY;
  }

  @Override
  public boolean isSymbolicLink() {
    return kind == Node.Kind.SYMLINK;
  }

  @Override
  public boolean isOther() {
    return !isRegularFile() && !isDirectory() && !isSymbolicLink();
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public Object fileKey() {
    return key;
  }
}
