package dev.imbrex.layers.internal.calls;

import java.time.Instant;

/** A file that is open itself. */
record OpenTarget(Fd fd) implements NativeAttributes.Target {
  private static final byte[] ITSELF = {0};

  @Override
  public Shown shown() {
    return fd.shown();
  }

  @Override
  public void chown(int uid, int gid) {
    Libc.fchownat(fd.number(), ITSELF, uid, gid, LinuxFlags.AT_EMPTY_PATH);
  }

  @Override
  public void chmod(int mode) {
    Libc.fchmod(fd.number(), mode);
  }

  @Override
  public void utimens(long[] times) {
    Libc.futimens(fd.number(), times);
  }

  @Override
  public Instant mtime() {
    byte[] answer = new byte[LinuxStatus.SIZE];
    Libc.statx(fd.number(), ITSELF, LinuxFlags.AT_EMPTY_PATH, LinuxStatus.WANTED, answer);
    return LinuxStatus.read(answer).mtime();
  }

  @Override
  public long list(byte[] names) {
    return Libc.flistxattr(fd.number(), names, names.length);
  }

  @Override
  public long get(byte[] name, byte[] value) {
    return Libc.fgetxattr(fd.number(), name, value, value.length);
  }

  @Override
  public void set(byte[] name, byte[] value) {
    Libc.fsetxattr(fd.number(), name, value, value.length, 0);
  }

  @Override
  public void remove(byte[] name) {
    Libc.fremovexattr(fd.number(), name);
  }
}
