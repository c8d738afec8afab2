package dev.imbrex.layers.compress;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds earlier occurrences of what stands at a position, at most 32 KiB back: the last one of its
 * three bytes, and chains of positions with equal hashes of five bytes.
 *
 * <p>What is looked up in tables is looked up for many positions ahead, without a branch: what a
 * position finds there does not depend on what was found before, and so a processor does many of
 * them at a time. Which matches are found depends on the bytes alone.
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

  /** How many bytes the hash of a chain is made of. */
  private static final int CHAINED = 5;

  private static final int INDEX_BITS = 16;
  private static final int MULTIPLIER = 0x1E35A7BD;
  private static final long LONG_MULTIPLIER = 0x9E3779B185EBCA87L;

  /** A match of three bytes from further away may cost more than three literals do. */
  private static final int FAR_FOR_THREE = 4096;

  /** How many positions are looked up at a time. */
  private static final int RUN = 1 << 13;

  /** How far back something is that was never seen: further than a window. */
  private static final int NEVER = Character.MAX_VALUE;

  /**
   * The last position of each hash of three bytes, without its higher bits: what is further back
   * than they tell looks nearer, and is found out by its bytes.
   */
  private final char[] lastOf3 = new char[1 << INDEX_BITS];

  /** The last position of each hash of five bytes. */
  private final int[] lastOf5 = new int[1 << INDEX_BITS];

  /** How far before a position its three bytes may stand; 0 if nowhere. */
  private char[] backOf3 = new char[0];

  /** How far before a position the last one with the same hash of five bytes is. */
  private char[] backOf5 = new char[0];

  private byte[] bytes = new byte[0];
  private int end;
  private int lookedUp;
  private boolean isForLast;

  /** How far back the last match found lies. */
  private int distance;

  /**
   * Starts on bytes in which nothing was looked at yet.
   *
   * @param from where what may be found begins
   * @param end where the bytes end
   * @param isForLast whether {@link #findLast} is what will be asked, and nothing else
   */
  void start(byte[] bytes, int from, int end, boolean isForLast) {
    this.bytes = bytes;
    this.end = end;
    this.isForLast = isForLast;
    lookedUp = from;
    if (backOf5.length < bytes.length) {
      backOf3 = new char[bytes.length];
      backOf5 = new char[bytes.length];
    }
    if (!isForLast) {
      // As good as any: nothing is before it, so nothing before it can be found.
      Arrays.fill(lastOf3, (char) from);
    }
    Arrays.fill(lastOf5, -NEVER);
  }

  /** How far back the match lies that was found. */
  int distance() {
    return distance;
  }

  /**
   * The length of the longest match at a position, or 0. Of equally long ones the nearest counts.
   *
   * @param enough the length at which the search ends
   * @param depth how many earlier positions are tried
   */
  int find(int position, int enough, int depth) {
    lookUp(position);
    int near = backOf3[position];
    if (near == 0 || near > WINDOW) {
      return 0;
    }
    int most = Math.min(MAX_MATCH, end - position);
    int length = matchLength(bytes, position - near, position, most);
    // It has no five bytes in common either, save where other bytes of the same hash came since.
    if (length < MIN_MATCH) {
      return 0;
    }
    int stop = Math.min(enough, most);
    distance = near;
    if (length < stop) {
      length = walk(position, length, stop, depth);
    }
    return length == MIN_MATCH && near > FAR_FOR_THREE ? 0 : length;
  }

  /**
   * The length of the longest match at a position that is longer than a length; else that length.
   *
   * @param longerThan what a match must exceed; at least 2
   */
  int findLonger(int position, int longerThan, int enough, int depth) {
    lookUp(position);
    int most = Math.min(MAX_MATCH, end - position);
    if (longerThan >= most) {
      return longerThan;
    }
    return walk(position, longerThan, Math.min(enough, most), depth);
  }

  /**
   * The length of the match at the last position with an equal hash of five bytes; 0 if that is
   * less than five.
   */
  int findLast(int position) {
    lookUp(position);
    int back = backOf5[position];
    if (back > WINDOW) {
      return 0;
    }
    int length = matchLength(bytes, position - back, position, Math.min(MAX_MATCH, end - position));
    distance = back;
    return length < CHAINED ? 0 : length;
  }

  private int walk(int position, int longerThan, int stop, int depth) {
    int most = Math.min(MAX_MATCH, end - position);
    byte[] in = bytes;
    char[] back = backOf5;
    int best = longerThan;
    int oldest = Math.max(position - WINDOW, 0);
    int word = (int) INTS.get(in, position);
    // The last bytes of a longer match tell most candidates apart; the first hardly any.
    int ahead = Math.max(best - 3, 0);
    int tail = (int) INTS.get(in, position + ahead);
    int candidate = position - back[position];
    for (int left = depth; left > 0 && candidate >= oldest; left--) {
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
      candidate -= back[candidate];
    }
    return best;
  }

  private static int matchLength(byte[] in, int candidate, int position, int most) {
    int length = 0;
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

  /** Looks a position up, and some after it, if that was not done yet. */
  private void lookUp(int position) {
    if (position < lookedUp) {
      return;
    }
    int from = lookedUp;
    int to = Math.min(Math.max(from, position) + RUN, end);
    // What comes after the end must not count, so the last bytes match nothing.
    int last = Math.max(from, Math.min(to, end - CHAINED + 1));
    if (isForLast) {
      lookUpFive(from, last);
    } else {
      lookUpBoth(from, last);
      Arrays.fill(backOf3, last, to, (char) 0);
    }
    Arrays.fill(backOf5, last, to, (char) NEVER);
    lookedUp = to;
  }

  private void lookUpBoth(int from, int to) {
    byte[] in = bytes;
    char[] last3 = lastOf3;
    int[] last5 = lastOf5;
    char[] back3 = backOf3;
    char[] back5 = backOf5;
    for (int position = from; position < to; position++) {
      long five = firstFive(in, position);
      int index5 = indexOfFive(five);
      back5[position] = (char) Math.min(position - last5[index5], NEVER);
      last5[index5] = position;
      int index3 = indexOfThree(five);
      back3[position] = (char) (position - last3[index3]);
      last3[index3] = (char) position;
    }
  }

  private void lookUpFive(int from, int to) {
    byte[] in = bytes;
    int[] last5 = lastOf5;
    char[] back5 = backOf5;
    for (int position = from; position < to; position++) {
      int index5 = indexOfFive(firstFive(in, position));
      back5[position] = (char) Math.min(position - last5[index5], NEVER);
      last5[index5] = position;
    }
  }

  /** The five bytes at a position, the last of them highest. */
  private static long firstFive(byte[] in, int position) {
    return (long) LONGS.get(in, position) << (Long.SIZE - Byte.SIZE * CHAINED);
  }

  private static int indexOfFive(long five) {
    return (int) ((five * LONG_MULTIPLIER) >>> (Long.SIZE - INDEX_BITS));
  }

  /** Of the first three of five bytes. */
  private static int indexOfThree(long five) {
    int three = (int) (five >>> (Long.SIZE - Byte.SIZE * CHAINED)) << Byte.SIZE;
    return (three * MULTIPLIER) >>> (Integer.SIZE - INDEX_BITS);
  }
}
