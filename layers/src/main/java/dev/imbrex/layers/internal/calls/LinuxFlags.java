package dev.imbrex.layers.internal.calls;

import org.jspecify.annotations.Nullable;

/** The numbers of Linux that the calls are made with; some differ between processors. */
final class LinuxFlags {
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int AT_REMOVEDIR = 0x200;
  static final int AT_EMPTY_PATH = 0x1000;
  static final int RENAME_NOREPLACE = 1;

  /** The number of the call that lists extended attributes relative to a handle (Linux 6.13). */
  static final int LISTXATTRAT = 465;

  private static final int O_WRONLY = 1;
  private static final int O_CREAT = 0100;
  private static final int O_EXCL = 0200;
  private static final int O_NONBLOCK = 04000;
  private static final int O_CLOEXEC = 02000000;

  /** Opens a directory for listing and for calls in it; never through a link. */
  final int directory;

  /** Opens a directory that the caller trusts, through links. */
  final int trustedDirectory;

  /** Opens a file to read; does not wait should it have become a pipe. */
  final int read;

  /** Creates a file to write. */
  final int create;

  /** The number of the call that lists a directory. */
  final int getdents;

  private LinuxFlags(int directory, int noFollow, int getdents) {
    this.getdents = getdents;
    // No handle is inherited by a process the caller starts (LC-C10).
    this.directory = directory | noFollow | O_CLOEXEC;
    this.trustedDirectory = directory | O_CLOEXEC;
    this.read = noFollow | O_NONBLOCK | O_CLOEXEC;
    this.create = O_WRONLY | O_CREAT | O_EXCL | noFollow | O_CLOEXEC;
  }

  /** The numbers of a processor, as the JDK names it; null if nobody has tried. */
  static @Nullable LinuxFlags of(String architecture) {
    return switch (architecture) {
      case "amd64", "x86_64" -> new LinuxFlags(0200000, 0400000, 217);
      case "aarch64" -> new LinuxFlags(040000, 0100000, 61);
      default -> null;
    };
  }
}
