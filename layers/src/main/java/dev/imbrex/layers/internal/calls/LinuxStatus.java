package dev.imbrex.layers.internal.calls;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What {@code statx} answers: a layout that is the same on every processor. */
final class LinuxStatus {
  static final int SIZE = 256;

  /** Type, mode, number of names, owners, modification time, inode and size. */
  static final int WANTED = 0x1 | 0x2 | 0x4 | 0x8 | 0x10 | 0x40 | 0x100 | 0x200;

  private static final int TYPE = 0170000;

  private LinuxStatus() {}

  /** What an inode is known by: its number alone is not enough (LC-A19). */
  private static final class Identity {
    private final long device;
    private final long inode;

    Identity(long device, long inode) {
      this.device = device;
      this.inode = inode;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Identity that && inode == that.inode && device == that.device;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(inode * 31 + device);
    }
  }

  /** Whether an answer is that of a regular file, that very one, of this size and time. */
  static boolean isRegular(
      ByteBuffer status, int at, @Nullable Object identity, long size, Instant mtime) {
    int mode = Short.toUnsignedInt(status.getShort(at + 28));
    return type(mode) == FileStatus.Type.REGULAR
        && identity instanceof Identity that
        && that.inode == status.getLong(at + 32)
        && that.device == device(status, at)
        && status.getLong(at + 40) == size
        && status.getLong(at + 112) == mtime.getEpochSecond()
        && status.getInt(at + 120) == mtime.getNano();
  }

  static FileStatus read(byte[] answer) {
    return read(ByteBuffer.wrap(answer).order(ByteOrder.nativeOrder()), 0);
  }

  /** Reads an answer that stands somewhere in a buffer of native order. */
  static FileStatus read(ByteBuffer status, int at) {
    int mode = Short.toUnsignedInt(status.getShort(at + 28));
    long device = device(status, at);
    return new FileStatus(
        type(mode),
        mode & 07777,
        unsigned(status, at + 20),
        unsigned(status, at + 24),
        Instant.ofEpochSecond(status.getLong(at + 112), status.getInt(at + 120)),
        status.getLong(at + 40),
        device,
        new Identity(device, status.getLong(at + 32)),
        unsigned(status, at + 16),
        unsigned(status, at + 128),
        unsigned(status, at + 132));
  }

  private static long device(ByteBuffer status, int at) {
    return unsigned(status, at + 136) << 32 | unsigned(status, at + 140);
  }

  private static long unsigned(ByteBuffer status, int index) {
    return Integer.toUnsignedLong(status.getInt(index));
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
}
