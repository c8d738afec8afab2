package dev.imbrex.layers.compress;

/** The symbols for lengths and distances of matches, and their extra bits (RFC 1951, 3.2.5). */
final class Symbols {
  static final int END_OF_BLOCK = 256;
  static final int FIRST_LENGTH = 257;

  /** How many symbols there are for literals, the end of a block and lengths. */
  static final int LITERALS = 286;

  static final int DISTANCES = 30;

  private static final byte[] LENGTH_SYMBOL = new byte[MatchFinder.MAX_MATCH + 1];
  private static final byte[] NEAR_SYMBOL = new byte[257];
  private static final byte[] FAR_SYMBOL = new byte[257];

  /** The extra bits of each symbol of a length, and the length with no extra bit set. */
  static final byte[] LENGTH_BITS = new byte[29];

  static final short[] LENGTH_BASE = new short[29];

  /** The extra bits of each symbol of a distance, and the distance with no extra bit set. */
  static final byte[] DISTANCE_BITS = new byte[30];

  static final int[] DISTANCE_BASE = new int[30];

  static {
    int length = MatchFinder.MIN_MATCH;
    for (int symbol = 0; symbol < 28; symbol++) {
      LENGTH_BITS[symbol] = (byte) (symbol < 8 ? 0 : symbol / 4 - 1);
      LENGTH_BASE[symbol] = (short) length;
      for (int i = 0; i < 1 << LENGTH_BITS[symbol]; i++) {
        LENGTH_SYMBOL[length++] = (byte) symbol;
      }
    }
    // The longest has a symbol of its own, without extra bits.
    LENGTH_SYMBOL[MatchFinder.MAX_MATCH] = 28;
    LENGTH_BASE[28] = MatchFinder.MAX_MATCH;

    int distance = 1;
    for (int symbol = 0; symbol < 30; symbol++) {
      DISTANCE_BITS[symbol] = (byte) (symbol < 4 ? 0 : symbol / 2 - 1);
      DISTANCE_BASE[symbol] = distance;
      int next = distance + (1 << DISTANCE_BITS[symbol]);
      for (; distance < next; distance++) {
        if (distance <= 256) {
          NEAR_SYMBOL[distance] = (byte) symbol;
        }
        FAR_SYMBOL[(distance - 1) >> 7] = (byte) symbol;
      }
    }
  }

  private Symbols() {}

  /** The symbol for a length, counted from 0. */
  static int ofLength(int length) {
    return LENGTH_SYMBOL[length];
  }

  static int ofDistance(int distance) {
    return distance <= 256 ? NEAR_SYMBOL[distance] : FAR_SYMBOL[(distance - 1) >> 7];
  }
}
