package dev.imbrex.layers.compress;

import java.util.Arrays;

/** The description of two codes at the head of a block: run lengths, coded (RFC 1951, 3.2.7). */
final class CodeLengths {
  static final int[] ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
  private static final int REPEAT = 16;
  private static final int ZEROS = 17;
  private static final int MANY_ZEROS = 18;
  private static final int FEWEST_LITERALS = 257;
  private static final int SYMBOLS = 19;
  private static final int MAX_CODE = 7;

  private final HuffmanCode code = new HuffmanCode(SYMBOLS, MAX_CODE);
  private final int[] frequencies = new int[SYMBOLS];
  private final byte[] all = new byte[286 + 30];

  /** Symbols of the run lengths, with their extra bits above. */
  private final int[] runs = new int[286 + 30];

  private int runCount;
  private int literals;
  private int distances;
  private int described;

  /** Finds the shortest way to describe the codes. */
  void prepare(byte[] literalLengths, byte[] distanceLengths) {
    literals = usedOf(literalLengths, FEWEST_LITERALS);
    distances = usedOf(distanceLengths, 1);
    System.arraycopy(literalLengths, 0, all, 0, literals);
    System.arraycopy(distanceLengths, 0, all, literals, distances);
    Arrays.fill(frequencies, 0);
    runCount = 0;
    int total = literals + distances;
    for (int i = 0; i < total; ) {
      int end = i + 1;
      while (end < total && all[end] == all[i]) {
        end++;
      }
      addRun(all[i], end - i);
      i = end;
    }
    code.build(frequencies);
    described = SYMBOLS;
    while (described > 4 && code.lengths[ORDER[described - 1]] == 0) {
      described--;
    }
  }

  /** How many bits the description takes, the numbers before it included. */
  long cost() {
    long bits = 3 + 5 + 5 + 4 + 3L * described + code.cost(frequencies);
    return bits + 2L * frequencies[REPEAT] + 3L * frequencies[ZEROS] + 7L * frequencies[MANY_ZEROS];
  }

  void write(BitSink out) {
    out.put(literals - FEWEST_LITERALS, 5);
    out.put(distances - 1, 5);
    out.put(described - 4, 4);
    out.flush();
    for (int i = 0; i < described; i++) {
      out.put(code.lengths[ORDER[i]], 3);
      out.flush();
    }
    for (int i = 0; i < runCount; i++) {
      int symbol = runs[i] & 0xff;
      out.put(code.codes[symbol], code.lengths[symbol]);
      out.put(runs[i] >>> 8, extraBits(symbol));
      out.flush();
    }
  }

  private void addRun(int length, int times) {
    int left = times;
    if (length == 0) {
      while (left >= 3) {
        int taken = Math.min(left, 138);
        add(taken > 10 ? MANY_ZEROS : ZEROS, taken > 10 ? taken - 11 : taken - 3);
        left -= taken;
      }
    } else {
      add(length, 0);
      left--;
      while (left >= 3) {
        int taken = Math.min(left, 6);
        add(REPEAT, taken - 3);
        left -= taken;
      }
    }
    for (; left > 0; left--) {
      add(length, 0);
    }
  }

  private void add(int symbol, int extra) {
    frequencies[symbol]++;
    runs[runCount++] = symbol | (extra << 8);
  }

  static int extraBits(int symbol) {
    return switch (symbol) {
      case REPEAT -> 2;
      case ZEROS -> 3;
      case MANY_ZEROS -> 7;
      default -> 0;
    };
  }

  private static int usedOf(byte[] lengths, int fewest) {
    int used = lengths.length;
    while (used > fewest && lengths[used - 1] == 0) {
      used--;
    }
    return used;
  }
}
