package dev.imbrex.layers.internal.calls;

import com.sun.jna.LastErrorException;
import dev.imbrex.layers.tree.ByteString;
import java.time.Instant;
import java.util.Arrays;

/** A file that is not opened, because it is a link, a pipe or a device (LC-G8), or need not be. */
final class ChildTarget implements NativeAttributes.Target {
  private final Fd directory;
  private final ByteString child;
  private final byte[] name;
  private final Shown shown;
  private final Buffers buffers;
  private final boolean isSymlink;

  ChildTarget(Fd directory, ByteString name, Shown shown, Buffers buffers, boolean isSymlink) {
    this.directory = directory;
    this.child = name;
    this.name = NativeCalls.terminated(name);
    this.shown = shown;
    this.buffers = buffers;
    this.isSymlink = isSymlink;
  }

  @Override
  public Shown shown() {
    return shown;
  }

  @Override
  public void chown(int uid, int gid) {
    Libc.fchownat(directory.number(), name, uid, gid, LinuxFlags.AT_SYMLINK_NOFOLLOW);
  }

  @Override
  public void chmod(int mode) {
    if (isSymlink) {
      throw new IllegalArgumentException("a symbolic link has no mode: " + shown);
    }
    Libc.fchmodat(directory.number(), name, mode, 0);
  }

  @Override
  public void utimens(long[] times) {
    Libc.utimensat(directory.number(), name, times, LinuxFlags.AT_SYMLINK_NOFOLLOW);
  }

  @Override
  public Instant mtime() {
    byte[] answer = new byte[LinuxStatus.SIZE];
    Libc.statx(
        directory.number(), name, LinuxFlags.AT_SYMLINK_NOFOLLOW, LinuxStatus.WANTED, answer);
    return LinuxStatus.read(answer).mtime();
  }

  @Override
  public long list(byte[] names) {
    return names.length == 0
        ? sizeOfList(directory, child, buffers)
        : Libc.llistxattr(path(), names, names.length);
  }

  /** How many bytes the names of the extended attributes of a file take. */
  static long sizeOfList(Fd directory, ByteString name, Buffers buffers) {
    Scratch scratch = buffers.takeScratch();
    try {
      if (!buffers.lacksListxattrat) {
        try {
          return Libc.syscall(
              LinuxFlags.LISTXATTRAT,
              directory.number(),
              scratch.name(name),
              LinuxFlags.AT_SYMLINK_NOFOLLOW,
              scratch.answer(),
              0);
        } catch (LastErrorException e) {
          // An old kernel, or a container that forbids what it does not know.
          if (e.getErrorCode() != Errno.ENOSYS && e.getErrorCode() != Errno.EPERM) {
            throw e;
          }
          buffers.lacksListxattrat = true;
        }
      }
      return Libc.llistxattr(scratch.path(directory.way(), name), scratch.answer(), 0);
    } finally {
      buffers.giveBack(scratch);
    }
  }

  @Override
  public long get(byte[] key, byte[] value) {
    return Libc.lgetxattr(path(), key, value, value.length);
  }

  @Override
  public void set(byte[] key, byte[] value) {
    Libc.lsetxattr(path(), key, value, value.length, 0);
  }

  @Override
  public void remove(byte[] key) {
    Libc.lremovexattr(path(), key);
  }

  /** Older kernels have no calls for attributes relative to a handle; this name of it serves. */
  private byte[] path() {
    byte[] prefix = directory.way();
    byte[] path = Arrays.copyOf(prefix, prefix.length + name.length);
    System.arraycopy(name, 0, path, prefix.length, name.length);
    return path;
  }
}
