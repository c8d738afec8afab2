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
    knownCount = 0;
  }

  /**
   * Whether the block ends here.
   *
   * @param tokens those of the block; there are more since this was asked last
   * @param taken how many bytes are in the block
   * @param left how many bytes come after it
   */
  boolean isFull(Tokens tokens, int taken, int left) {
    classify(tokens.literals);
    for (int i = 0; i < CLASSES; i++) {
      recent[i] -= known[i];
    }
    recentCount = tokens.count() - knownCount;
    boolean isFull =
        taken >= FEWEST_BYTES && left >= FEWEST_BYTES && (taken >= MOST_BYTES || hasChanged(taken));
    for (int i = 0; i < CLASSES; i++) {
      known[i] += recent[i];
    }
    knownCount = tokens.count();
    return isFull || knownCount > MOST_TOKENS - 2 * STEP;
  }

  /** Counts the tokens of the block in each class. */
  private void classify(int[] frequencies) {
    int quarter = Symbols.END_OF_BLOCK / 4;
    for (int i = 0; i < 4; i++) {
      int even = 0;
      int odd = 0;
      for (int literal = i * quarter; literal < (i + 1) * quarter; literal += 2) {
        even += frequencies[literal];
        odd += frequencies[literal + 1];
      }
      recent[2 * i] = even;
      recent[2 * i + 1] = odd;
    }
    int firstLong = Symbols.FIRST_LENGTH + Symbols.ofLength(LONG_MATCH);
    recent[CLASSES - 2] = sum(frequencies, Symbols.FIRST_LENGTH, firstLong);
    recent[CLASSES - 1] = sum(frequencies, firstLong, frequencies.length);
  }

  private static int sum(int[] values, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += values[i];
    }
    return sum;
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
