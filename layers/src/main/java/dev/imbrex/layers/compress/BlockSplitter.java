package dev.imbrex.layers.compress;

import java.util.Arrays;

/**
 * Says where a block ends: where what comes has another distribution than what came, so that codes
 * of its own pay. Tokens are told apart coarsely: literals by three of their bits, matches by being
 * short or long.
 */
final class BlockSplitter {
  /** The most tokens in a block. */
  static final int MOST_TOKENS = 1 << 16;

  private static final int MOST_BYTES = 300_000;
  private static final int FEWEST_BYTES = 5_000;

  /** How many tokens come between two looks, and a few more. */
  static final int STEP = 512;

  private static final int CLASSES = 10;
  private static final int LONG_MATCH = 9;

  /** How different, in parts of 512, the last step may be from what came before. */
  private static final int TOLERANCE = 200;

  private final int[] known = new int[CLASSES];
  private final int[] recent = new int[CLASSES];
  private int knownCount;
  private int recentCount;

  void begin() {
    Arrays.fill(known, 0);
    Arrays.fill(recent, 0);
    knownCount = 0;
  }

  /**
   * Whether the block ends here.
   *
   * @param from the first token since this was asked last
   * @param to the token after the last
   * @param taken how many bytes are in the block
   * @param left how many bytes come after it
   */
  boolean isFull(int[] tokens, int from, int to, int taken, int left) {
    for (int i = from; i < to; i++) {
      recent[classOf(tokens[i])]++;
    }
    recentCount = to - from;
    boolean isFull =
        taken >= FEWEST_BYTES && left >= FEWEST_BYTES && (taken >= MOST_BYTES || hasChanged(taken));
    for (int i = 0; i < CLASSES; i++) {
      known[i] += recent[i];
      recent[i] = 0;
    }
    knownCount += recentCount;
    return isFull || knownCount > MOST_TOKENS - 2 * STEP;
  }

  private static int classOf(int token) {
    int length = token & BlockWriter.LENGTH_MASK;
    int literal = token >>> BlockWriter.LENGTH_BITS;
    if (length > 0) {
      return length < LONG_MATCH ? CLASSES - 2 : CLASSES - 1;
    }
    return ((literal >> 5) & 6) | (literal & 1);
  }

  /** The longer a block is, the less has to change. */
  private boolean hasChanged(int taken) {
    if (knownCount == 0) {
      return false;
    }
    long difference = 0;
    for (int i = 0; i < CLASSES; i++) {
      difference += Math.abs((long) known[i] * recentCount - (long) recent[i] * knownCount);
    }
    long whole = (long) knownCount * recentCount;
    long impatience = (long) (taken >> 12) * knownCount;
    return (difference + impatience) * 512 >= whole * TOLERANCE + shyness(taken, whole);
  }

  /** A short block has to differ more to be ended. */
  private long shyness(int taken, long whole) {
    int items = knownCount + recentCount;
    boolean isShort = taken < 10_000 && items < 8192;
    return isShort ? whole * TOLERANCE * (8192 - items) / 8192 : 0;
  }
}
