package dev.imbrex.layers.compress;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Bits on their way into bytes, the lowest bit of a byte first (RFC 1951, 3.1.1). The buffer grows
 * only where {@link #reserve} asks for it.
 */
final class BitSink {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** A whole word is written each time, of which a part may not count yet. */
  private static final int SLACK = Long.BYTES;

  private byte[] bytes;
  private int size;
  private long pending;
  private int count;

  BitSink(int capacity) {
    bytes = new byte[capacity + SLACK];
  }

  /** Makes room for this many bytes, which is an upper bound of what comes. */
  void reserve(int more) {
    if (bytes.length - size < more + SLACK) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more + SLACK));
    }
  }

  /**
   * Adds bits; at most 56 may come between two calls of {@link #flush}.
   *
   * @param value the bits, with zeros above them
   */
  void put(long value, int bits) {
    pending |= value << count;
    count += bits;
  }

  /** The bits that are not written yet, for who goes on with them and then says so. */
  long pending() {
    return pending;
  }

  /** How many of them there are. */
  int held() {
    return count;
  }

  /** Goes on after somebody wrote up to here. */
  void resume(int size, long pending, int held) {
    this.size = size;
    this.pending = pending;
    this.count = held;
  }

  /** Writes a word of bits, of which a part may not count yet. */
  static void write(byte[] bytes, int at, long bits) {
    LONGS.set(bytes, at, bits);
  }

  /** Writes whole bytes; less than 8 bits stay behind. */
  void flush() {
    LONGS.set(bytes, size, pending);
    size += count >>> 3;
    pending >>>= count & ~7;
    count &= 7;
  }

  /** Goes on at the next whole byte, and leaves zeros before it. */
  void align() {
    count = (count + 7) & ~7;
    flush();
  }

  /** Adds whole bytes; must be aligned. */
  void copy(byte[] source, int from, int length) {
    reserve(length);
    System.arraycopy(source, from, bytes, size, length);
    size += length;
  }

  byte[] bytes() {
    return bytes;
  }

  /** How many whole bytes there are. */
  int size() {
    return size;
  }

  /** Starts again from nothing. */
  void clear() {
    size = 0;
    pending = 0;
    count = 0;
  }
}
