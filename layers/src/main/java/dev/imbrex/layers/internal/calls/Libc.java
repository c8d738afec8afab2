package dev.imbrex.layers.internal.calls;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import java.nio.ByteBuffer;

/**
 * The functions of the C library, as 64-bit Linux has them. Names end in a NUL. A function that
 * fails throws, with the number of the error. Linking this class loads the library, and JNA unpacks
 * its own.
 */
final class Libc {
  static {
    Native.register(Libc.class, "c");
  }

  private Libc() {}

  static native int open(byte[] path, int flags, int mode) throws LastErrorException;

  static native int openat(int directory, byte[] name, int flags, int mode)
      throws LastErrorException;

  /** As above, with the address of the name. */
  static native int openat(int directory, long name, int flags, int mode) throws LastErrorException;

  static native int close(int fd) throws LastErrorException;

  /** The call of a number, for those that not every library has a function for. */
  static native long syscall(
      long number, long first, long second, long third, long fourth, long fifth)
      throws LastErrorException;

  static native int statx(int directory, byte[] name, int flags, int mask, byte[] status)
      throws LastErrorException;

  /** As above, with the addresses of the name and of the answer. */
  static native int statx(int directory, long name, int flags, int mask, long status)
      throws LastErrorException;

  static native int mkdirat(int directory, byte[] name, int mode) throws LastErrorException;

  static native int mknodat(int directory, byte[] name, int mode, long device)
      throws LastErrorException;

  static native int symlinkat(byte[] target, int directory, byte[] name) throws LastErrorException;

  static native long readlinkat(int directory, byte[] name, byte[] target, long size)
      throws LastErrorException;

  /** As above, with the addresses of the name and of the target. */
  static native long readlinkat(int directory, long name, long target, long size)
      throws LastErrorException;

  static native int linkat(int from, byte[] existing, int directory, byte[] name, int flags)
      throws LastErrorException;

  static native int unlinkat(int directory, byte[] name, int flags) throws LastErrorException;

  static native int renameat2(int from, byte[] name, int to, byte[] newName, int flags)
      throws LastErrorException;

  static native int fchownat(int directory, byte[] name, int uid, int gid, int flags)
      throws LastErrorException;

  static native int fchmod(int fd, int mode) throws LastErrorException;

  static native int fchmodat(int directory, byte[] name, int mode, int flags)
      throws LastErrorException;

  static native int utimensat(int directory, byte[] name, long[] times, int flags)
      throws LastErrorException;

  static native int futimens(int fd, long[] times) throws LastErrorException;

  static native long write(int fd, ByteBuffer bytes, long size) throws LastErrorException;

  static native long pread(int fd, ByteBuffer bytes, long size, long offset)
      throws LastErrorException;

  static native long llistxattr(byte[] path, byte[] names, long size) throws LastErrorException;

  /** As above, with the addresses of the path and of the names. */
  static native long llistxattr(long path, long names, long size) throws LastErrorException;

  static native long lgetxattr(byte[] path, byte[] name, byte[] value, long size)
      throws LastErrorException;

  static native int lsetxattr(byte[] path, byte[] name, byte[] value, long size, int flags)
      throws LastErrorException;

  static native int lremovexattr(byte[] path, byte[] name) throws LastErrorException;

  static native long flistxattr(int fd, byte[] names, long size) throws LastErrorException;

  static native long fgetxattr(int fd, byte[] name, byte[] value, long size)
      throws LastErrorException;

  static native int fsetxattr(int fd, byte[] name, byte[] value, long size, int flags)
      throws LastErrorException;

  static native int fremovexattr(int fd, byte[] name) throws LastErrorException;
}
