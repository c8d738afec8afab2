package dev.imbrex.layers.internal.calls;

import dev.imbrex.layers.tree.ByteString;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one file system of {@code java.nio} can do, and what it says of files.
 *
 * @param isUnix whether it is that of the machine, and tells what a {@code stat} does (LC-G3)
 * @param isPosix whether it has permissions
 * @param isWindows whether it takes names as Windows does
 */
record NioSystem(
    PathNames names, boolean isUnix, boolean isPosix, boolean isWindows, CallSupport support) {
  private static final String UNIX = "unix:mode,uid,gid,nlink,ino,dev,rdev,lastModifiedTime,size";
  private static final int TYPE = 0170000;

  /** What an inode is known by. */
  private record Identity(Object device, Object inode) {}

  static NioSystem of(Path directory) throws IOException {
    FileSystem system = directory.getFileSystem();
    Set<String> views = system.supportedFileAttributeViews();
    boolean isUnix = system == FileSystems.getDefault() && views.contains("unix");
    boolean isPosix = views.contains("posix");
    boolean isWindows = system.getSeparator().equals("\\");
    boolean userXattrs = isUnix && Files.getFileStore(directory).supportsFileAttributeView("user");
    CallSupport support =
        new CallSupport(
            isUnix, isPosix, isUnix, userXattrs, false, false, isUnix, false, false, true, false);
    return new NioSystem(new PathNames(system), isUnix, isPosix, isWindows, support);
  }

  boolean canHold(ByteString name) {
    if (name.isEmpty() || name.length() > 255 || names.name(name) == null) {
      return false;
    }
    String text = PathNames.text(name);
    return !isWindows || (text != null && WindowsNames.allows(text));
  }

  FileStatus status(Path file) throws IOException {
    return isUnix ? unixStatus(file) : plainStatus(file);
  }

  private static FileStatus unixStatus(Path file) throws IOException {
    Map<String, Object> unix = Files.readAttributes(file, UNIX, LinkOption.NOFOLLOW_LINKS);
    int mode = (int) number(unix, "mode");
    long device = number(unix, "dev");
    long special = number(unix, "rdev");
    return new FileStatus(
        type(mode),
        mode & 07777,
        number(unix, "uid") & 0xffffffffL,
        number(unix, "gid") & 0xffffffffL,
        mtime(unix.get("lastModifiedTime")),
        number(unix, "size"),
        device,
        new Identity(device, number(unix, "ino")),
        number(unix, "nlink"),
        // As glibc takes a device number apart.
        (special >>> 8 & 0xfff) | (special >>> 32 & ~0xfffL),
        (special & 0xff) | (special >>> 12 & ~0xffL));
  }

  private static long number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private static Instant mtime(@Nullable Object time) {
    return time instanceof FileTime fileTime ? fileTime.toInstant() : Instant.EPOCH;
  }

  private FileStatus plainStatus(Path file) throws IOException {
    BasicFileAttributes basic =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    FileStatus.Type type = type(basic);
    int mode = type == FileStatus.Type.DIRECTORY ? 0755 : 0644;
    if (isPosix) {
      mode = bits(Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS));
    }
    boolean isAlone = type == FileStatus.Type.DIRECTORY || basic.fileKey() == null;
    return new FileStatus(
        type,
        mode,
        0,
        0,
        basic.lastModifiedTime().toInstant(),
        basic.size(),
        0,
        basic.fileKey(),
        // How many names there are is not told; with a key, those of one inode can be found.
        isAlone ? 1 : 2,
        0,
        0);
  }

  private static FileStatus.Type type(BasicFileAttributes basic) {
    if (basic.isDirectory()) {
      return FileStatus.Type.DIRECTORY;
    }
    if (basic.isSymbolicLink()) {
      return FileStatus.Type.SYMLINK;
    }
    return basic.isRegularFile() ? FileStatus.Type.REGULAR : FileStatus.Type.OTHER;
  }

  private static FileStatus.Type type(int mode) {
    return switch (mode & TYPE) {
      case 0100000 -> FileStatus.Type.REGULAR;
      case 0040000 -> FileStatus.Type.DIRECTORY;
      case 0120000 -> FileStatus.Type.SYMLINK;
      case 0020000 -> FileStatus.Type.CHARACTER_DEVICE;
      case 0060000 -> FileStatus.Type.BLOCK_DEVICE;
      case 0010000 -> FileStatus.Type.FIFO;
      default -> FileStatus.Type.OTHER;
    };
  }

  private static int bits(Set<PosixFilePermission> permissions) {
    String letters = PosixFilePermissions.toString(permissions);
    int bits = 0;
    for (int i = 0; i < letters.length(); i++) {
      bits = bits << 1 | (letters.charAt(i) == '-' ? 0 : 1);
    }
    return bits;
  }

  static Set<PosixFilePermission> permissions(int mode) {
    StringBuilder letters = new StringBuilder();
    for (int i = 8; i >= 0; i--) {
      letters.append((mode >>> i & 1) == 0 ? '-' : "xwr".charAt(i % 3));
    }
    return PosixFilePermissions.fromString(letters.toString());
  }

  /** The error as callers expect it: for want of privilege {@code java.nio} has two. */
  static FileSystemException told(Shown file, FileSystemException error) {
    String reason = String.valueOf(error.getReason());
    return reason.contains("not permitted")
        ? Errors.about(file.toString(), new AccessDeniedException(file.toString(), null, reason))
        : Errors.about(file.toString(), error);
  }
}
