package dev.imbrex.layers.internal.calls;

import com.sun.jna.LastErrorException;
import dev.imbrex.layers.tree.ByteString;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;

/** The attributes of one file, through a handle of it or of its directory. */
class NativeAttributes implements FileAttributes {
  /** Beyond these a file system may store another time than it was given. */
  private static final long SURE_SECONDS = 1L << 31;

  private final Target target;

  NativeAttributes(Target target) {
    this.target = target;
  }

  /** The calls on one file, however it is reached. */
  interface Target {
    Shown shown();

    void chown(int uid, int gid);

    void chmod(int mode);

    void utimens(long[] times);

    Instant mtime();

    long list(byte[] names);

    long get(byte[] name, byte[] value);

    void set(byte[] name, byte[] value);

    void remove(byte[] name);
  }

  @Override
  public final void setOwner(long uid, long gid) throws IOException {
    try {
      target.chown((int) uid, (int) gid);
    } catch (LastErrorException e) {
      throw Errno.about(target.shown(), e);
    }
  }

  @Override
  public final void setMode(int mode) throws IOException {
    try {
      target.chmod(mode);
    } catch (LastErrorException e) {
      throw Errno.about(target.shown(), e);
    }
  }

  @Override
  public final Instant setMtime(Instant mtime) throws IOException {
    long seconds = mtime.getEpochSecond();
    int nanos = mtime.getNano();
    try {
      // The time of the last access is given the same value: left alone it would be the clock's.
      target.utimens(new long[] {seconds, nanos, seconds, nanos});
      return seconds >= 0 && seconds < SURE_SECONDS ? mtime : target.mtime();
    } catch (LastErrorException e) {
      throw Errno.about(target.shown(), e);
    }
  }

  @Override
  public final SortedMap<ByteString, ByteString> xattrs() throws IOException {
    SortedMap<ByteString, ByteString> xattrs = new TreeMap<>();
    try {
      byte[] names = grown(target::list);
      for (int start = 0; start < names.length; ) {
        int end = start;
        while (names[end] != 0) {
          end++;
        }
        byte[] name = Arrays.copyOfRange(names, start, end + 1);
        byte[] value = grown(buffer -> target.get(name, buffer));
        xattrs.put(ByteString.of(names, start, end), ByteString.of(value));
        start = end + 1;
      }
    } catch (LastErrorException e) {
      if (e.getErrorCode() != Errno.EOPNOTSUPP) {
        throw Errno.about(target.shown(), e);
      }
    }
    return xattrs;
  }

  private interface Sized {
    long call(byte[] buffer);
  }

  /** Asks how much there is, then for all of it, again if it has grown meanwhile. */
  private static byte[] grown(Sized call) {
    while (true) {
      int size = (int) call.call(new byte[0]);
      if (size == 0) {
        return new byte[0];
      }
      byte[] buffer = new byte[size];
      try {
        return Arrays.copyOf(buffer, (int) call.call(buffer));
      } catch (LastErrorException e) {
        if (e.getErrorCode() != Errno.ERANGE) {
          throw e;
        }
      }
    }
  }

  @Override
  public final void setXattr(ByteString name, ByteString value) throws IOException {
    try {
      target.set(NativeCalls.terminated(name), value.toBytes());
    } catch (LastErrorException e) {
      throw switch (e.getErrorCode()) {
        // ext4 has no room for more than a block, and says so with ENOSPC.
        case Errno.EINVAL, Errno.ERANGE, Errno.E2BIG, Errno.ENOSPC ->
            new XattrRefusedException(target.shown().toString(), e.getMessage());
        default -> xattrError(e);
      };
    }
  }

  @Override
  public final void removeXattr(ByteString name) throws IOException {
    try {
      target.remove(NativeCalls.terminated(name));
    } catch (LastErrorException e) {
      if (e.getErrorCode() != Errno.ENODATA) {
        throw xattrError(e);
      }
    }
  }

  private IOException xattrError(LastErrorException e) {
    return e.getErrorCode() == Errno.EOPNOTSUPP
        ? new XattrsUnsupportedException(target.shown().toString())
        : Errno.about(target.shown(), e);
  }
}
