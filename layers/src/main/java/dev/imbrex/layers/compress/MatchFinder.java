package dev.imbrex.layers.compress;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds earlier occurrences of what stands at a position, at most 32 KiB back: chains of positions
 * with equal hashes of four bytes, and the last position for a hash of three.
 *
 * <p>Positions are looked at once each, in order. Which matches are found depends on the bytes
 * alone.
 */
final class MatchFinder {
  /** How far back a match may lie (RFC 1951, 2). */
  static final int WINDOW = 1 << 15;

  static final int MIN_MATCH = 3;
  static final int MAX_MATCH = 258;

  /** How many bytes past the last position may be read. */
  static final int SLACK = Long.BYTES;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int MASK = WINDOW - 1;
  private static final int BITS_OF_3 = 15;
  private static final int BITS_OF_4 = 16;
  private static final int MULTIPLIER = 0x1E35A7BD;

  private final int[] lastOf3 = new int[1 << BITS_OF_3];
  private final int[] lastOf4 = new int[1 << BITS_OF_4];
  private final int[] before = new int[WINDOW];
  private byte[] bytes = new byte[0];
  private int end;

  /** How far back the last match found lies. */
  private int distance;

  /** Starts on bytes in which nothing was looked at yet. */
  void start(byte[] bytes, int end) {
    this.bytes = bytes;
    this.end = end;
    Arrays.fill(lastOf3, -WINDOW);
    Arrays.fill(lastOf4, -WINDOW);
  }

  /** How far back the match lies that {@link #find} has found. */
  int distance() {
    return distance;
  }

  /** Notes positions without looking for matches. */
  void skip(int from, int to) {
    int last = Math.min(to, end - Integer.BYTES + 1);
    for (int position = from; position < last; position++) {
      int word = (int) INTS.get(bytes, position);
      int hash = hash4(word);
      before[position & MASK] = lastOf4[hash];
      lastOf4[hash] = position;
    }
  }

  /**
   * The length of the longest match at a position, if it is longer than asked for; else that
   * length. Of equally long ones the nearest counts.
   *
   * @param longerThan what a match must exceed; at least 2
   * @param enough the length at which the search ends
   * @param depth how many earlier positions are tried
   */
  int find(int position, int longerThan, int enough, int depth) {
    int most = Math.min(MAX_MATCH, end - position);
    if (most < Integer.BYTES) {
      return longerThan;
    }
    byte[] in = bytes;
    int word = (int) INTS.get(in, position);
    int hash3 = hash3(word);
    int hash4 = hash4(word);
    int near3 = lastOf3[hash3];
    int candidate = lastOf4[hash4];
    lastOf3[hash3] = position;
    lastOf4[hash4] = position;
    before[position & MASK] = candidate;

    int oldest = Math.max(position - WINDOW, -1);
    int best = longerThan;
    if (best < MIN_MATCH && near3 > oldest && (((int) INTS.get(in, near3) ^ word) << 8) == 0) {
      best = MIN_MATCH;
      distance = position - near3;
    }
    if (best >= most) {
      return best;
    }
    int stop = Math.min(enough, most);
    // The last bytes of a longer match tell most candidates apart; the first hardly any.
    int ahead = Math.max(best - 3, 0);
    int tail = (int) INTS.get(in, position + ahead);
    while (candidate > oldest && depth-- > 0) {
      if ((int) INTS.get(in, candidate + ahead) == tail && (int) INTS.get(in, candidate) == word) {
        int length = matchLength(in, candidate, position, most);
        if (length > best) {
          best = length;
          distance = position - candidate;
          if (length >= stop) {
            return length;
          }
          ahead = length - 3;
          tail = (int) INTS.get(in, position + ahead);
        }
      }
      candidate = before[candidate & MASK];
    }
    return best;
  }

  private static int matchLength(byte[] in, int candidate, int position, int most) {
    int length = Integer.BYTES;
    while (length < most) {
      long different =
          (long) LONGS.get(in, candidate + length) ^ (long) LONGS.get(in, position + length);
      if (different != 0) {
        return Math.min(most, length + (Long.numberOfTrailingZeros(different) >>> 3));
      }
      length += Long.BYTES;
    }
    return most;
  }

  private static int hash3(int word) {
    return ((word << 8) * MULTIPLIER) >>> (Integer.SIZE - BITS_OF_3);
  }

  private static int hash4(int word) {
    return (word * MULTIPLIER) >>> (Integer.SIZE - BITS_OF_4);
  }
}
