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

  /** Where in a packed word the number of its bits is, and that of the bits that follow it. */
  private static final int COUNT_AT = 20;

  private static final int EXTRA_AT = 25;
  private static final int BITS_MASK = (1 << COUNT_AT) - 1;
  private static final int COUNT_MASK = (1 << (EXTRA_AT - COUNT_AT)) - 1;

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

  /**
   * Bits and how many there are, in one word. More follow them when they are written: as many as
   * the last parameter says.
   *
   * @param bits at most 20 bits
   */
  static int pack(int bits, int count, int extra) {
    return bits | (count << COUNT_AT) | (extra << EXTRA_AT);
  }

  /**
   * Adds tokens. There are millions of them, so the bits on their way stay in local variables, and
   * nothing branches: which token is a match is what a processor cannot foresee. A token has at
   * most 15 and 5 bits for a length, 15 and 13 for a distance.
   *
   * @param bodies what is written for each body of a token, {@linkplain #pack packed}
   * @param distances the same for each symbol of a distance
   */
  void putAll(Tokens tokens, int[] bodies, int[] distances) {
    int[] all = tokens.array();
    int end = tokens.count();
    byte[] to = bytes;
    int at = size;
    long bits = pending;
    int held = count;
    for (int i = 0; i < end; i++) {
      int token = all[i];
      int body = bodies[token & Tokens.BODY_MASK];
      int distance = distances[(token >>> Tokens.BODY_BITS) & Tokens.SYMBOL_MASK];
      int extra = token >>> (Tokens.BODY_BITS + Tokens.SYMBOL_BITS);
      int length = (distance >>> COUNT_AT) & COUNT_MASK;
      bits |= (long) (body & BITS_MASK) << held;
      held += body >>> COUNT_AT;
      bits |= ((distance & BITS_MASK) | ((long) extra << length)) << held;
      held += length + (distance >>> EXTRA_AT);
      LONGS.set(to, at, bits);
      at += held >>> 3;
      bits >>>= held & ~7;
      held &= 7;
    }
    size = at;
    pending = bits;
    count = held;
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
