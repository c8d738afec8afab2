package dev.imbrex.layers.compress;

/** The codes that need no description (RFC 1951, 3.2.6). */
final class FixedCodes {
  private static final int DISTANCE_LENGTH = 5;

  private FixedCodes() {}

  /** What symbols cost in these codes, without extra bits. */
  static long cost(int[] literals, int[] distances) {
    long bits = 0;
    for (int symbol = 0; symbol < literals.length; symbol++) {
      bits += (long) literals[symbol] * literalLength(symbol);
    }
    for (int frequency : distances) {
      bits += (long) frequency * DISTANCE_LENGTH;
    }
    return bits;
  }

  /** Makes these the codes of a block. */
  static void copyTo(HuffmanCode literals, HuffmanCode distances) {
    for (int symbol = 0; symbol < literals.lengths.length; symbol++) {
      int length = literalLength(symbol);
      literals.lengths[symbol] = (byte) length;
      literals.codes[symbol] = reversed(literalCode(symbol), length);
    }
    for (int symbol = 0; symbol < distances.lengths.length; symbol++) {
      distances.lengths[symbol] = DISTANCE_LENGTH;
      distances.codes[symbol] = reversed(symbol, DISTANCE_LENGTH);
    }
  }

  private static int literalLength(int symbol) {
    if (symbol < 144 || symbol >= 280) {
      return 8;
    }
    return symbol < 256 ? 9 : 7;
  }

  private static int literalCode(int symbol) {
    if (symbol < 144) {
      return 0x30 + symbol;
    }
    if (symbol < 256) {
      return 0x190 + symbol - 144;
    }
    return symbol < 280 ? symbol - 256 : 0xc0 + symbol - 280;
  }

  private static int reversed(int code, int length) {
    return Integer.reverse(code) >>> (Integer.SIZE - length);
  }
}
