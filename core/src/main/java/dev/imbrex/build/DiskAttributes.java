package dev.imbrex.build;

import dev.imbrex.layers.tree.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What any file system says of a file, a symbolic link being a file like others.
 *
 * @param kind a regular file, a directory or a symbolic link; null for a socket, pipe or device
 * @param mode permissions, with the further bits where they are told
 * @param uid the owner; 0 where nobody tells
 * @param gid the group; 0 where nobody tells
 * @param identity what the names of one file share; null if it has one name, or nobody tells
 */
record DiskAttributes(
    Node.@Nullable Kind kind,
    int mode,
    long uid,
    long gid,
    Instant mtime,
    long size,
    @Nullable Object identity) {
  private static final String UNIX = "unix:mode,uid,gid,nlink,lastModifiedTime,size";
  private static final int PERMISSIONS = 07777;
  private static final int TYPE = 0170000;
  private static final int REGULAR_FILE = 0100000;
  private static final int DIRECTORY_FILE = 0040000;
  private static final int SYMLINK_FILE = 0120000;

  /** Looks at a file: once, where that says everything, for there may be many. */
  static DiskAttributes of(Path file) throws IOException {
    Map<String, Object> unix = unix(file);
    // Some file systems have a mode, and no type in it.
    boolean hasType = unix.get("mode") instanceof Integer bits && (bits & TYPE) != 0;
    if (!hasType) {
      return of(file, basic(file), unix);
    }
    int mode = require(unix, "mode", Integer.class);
    Node.Kind kind = kind(mode & TYPE);
    return new DiskAttributes(
        kind,
        mode & PERMISSIONS,
        id(unix.get("uid")),
        id(unix.get("gid")),
        require(unix, "lastModifiedTime", FileTime.class).toInstant(),
        require(unix, "size", Long.class),
        hasOtherNames(kind, unix) ? basic(file).fileKey() : null);
  }

  private static DiskAttributes of(Path file, BasicFileAttributes basic, Map<String, Object> unix)
      throws IOException {
    Node.Kind kind =
        basic.isRegularFile()
            ? Node.Kind.REGULAR
            : basic.isDirectory()
                ? Node.Kind.DIRECTORY
                : basic.isSymbolicLink() ? Node.Kind.SYMLINK : null;
    return new DiskAttributes(
        kind,
        permissions(file, kind),
        id(unix.get("uid")),
        id(unix.get("gid")),
        basic.lastModifiedTime().toInstant(),
        basic.size(),
        hasOtherNames(kind, unix) ? basic.fileKey() : null);
  }

  /** What only POSIX file systems tell; empty elsewhere. */
  private static Map<String, Object> unix(Path file) throws IOException {
    return file.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? Files.readAttributes(file, UNIX, LinkOption.NOFOLLOW_LINKS)
        : Map.of();
  }

  /** An attribute that a file system gives which is asked for it. */
  private static <T> T require(Map<String, Object> attributes, String name, Class<T> type) {
    return type.cast(Objects.requireNonNull(attributes.get(name), name));
  }

  private static BasicFileAttributes basic(Path file) throws IOException {
    return Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static Node.@Nullable Kind kind(int type) {
    return switch (type) {
      case REGULAR_FILE -> Node.Kind.REGULAR;
      case DIRECTORY_FILE -> Node.Kind.DIRECTORY;
      case SYMLINK_FILE -> Node.Kind.SYMLINK;
      default -> null;
    };
  }

  private static long id(@Nullable Object number) {
    return number instanceof Integer id ? Integer.toUnsignedLong(id) : 0;
  }

  private static boolean hasOtherNames(Node.@Nullable Kind kind, Map<String, Object> unix) {
    return kind != Node.Kind.DIRECTORY && unix.get("nlink") instanceof Integer links && links > 1;
  }

  private static int permissions(Path file, Node.@Nullable Kind kind) throws IOException {
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return bits(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    }
    // Where there are no permissions, those that the library gives its own files.
    return kind == Node.Kind.DIRECTORY ? 0755 : 0644;
  }

  private static int bits(Set<PosixFilePermission> permissions) {
    String letters = PosixFilePermissions.toString(permissions);
    int bits = 0;
    for (int i = 0; i < letters.length(); i++) {
      bits = bits << 1 | (letters.charAt(i) == '-' ? 0 : 1);
    }
    return bits;
  }
}
