package dev.imbrex.layers.compress;

import java.util.Arrays;

/**
 * Writes one block in whichever of the three forms is the smallest: stored, with the fixed codes,
 * or with codes of its own (RFC 1951, 3.2.4 to 3.2.7).
 */
final class BlockWriter {
  private static final int STORED = 0;
  private static final int FIXED = 1;
  private static final int DYNAMIC = 2;
  private static final int MOST_STORED = 65_535;

  private static final int END_OF_BLOCK = 256;
  private static final int FIRST_LENGTH = 257;
  private static final int LITERAL_SYMBOLS = 286;
  private static final int DISTANCE_SYMBOLS = 30;
  private static final int MAX_CODE = 15;

  /** A code and the extra bits of a length, and of a distance. */
  private static final int MOST_LENGTH_BITS = MAX_CODE + 5;

  private static final int MOST_DISTANCE_BITS = MAX_CODE + 13;

  /** A token is a literal, or the distance above the length of a match. */
  static final int LENGTH_BITS = 9;

  static final int LENGTH_MASK = (1 << LENGTH_BITS) - 1;

  final HuffmanCode literals = new HuffmanCode(LITERAL_SYMBOLS, MAX_CODE);
  final HuffmanCode distances = new HuffmanCode(DISTANCE_SYMBOLS, MAX_CODE);
  private final CodeLengths header = new CodeLengths();

  /** The code and its extra bits for every length, and how many bits that is. */
  private final int[] lengthBits = new int[MatchFinder.MAX_MATCH + 1];

  private final byte[] lengthCount = new byte[MatchFinder.MAX_MATCH + 1];

  /** Forgets how often symbols occurred. */
  void clear() {
    Arrays.fill(literals.frequencies, 0);
    Arrays.fill(distances.frequencies, 0);
  }

  /** The token of a byte that stands for itself. */
  static int literal(byte value) {
    return (value & 0xff) << LENGTH_BITS;
  }

  /** The token of bytes that stood before. */
  static int match(int length, int distance) {
    return (distance << LENGTH_BITS) | length;
  }

  /** Counts how often symbols occur in some tokens of the block. */
  void count(int[] tokens, int from, int to) {
    int[] literal = literals.frequencies;
    int[] distance = distances.frequencies;
    for (int i = from; i < to; i++) {
      int length = tokens[i] & LENGTH_MASK;
      int upper = tokens[i] >>> LENGTH_BITS;
      if (length == 0) {
        literal[upper]++;
      } else {
        literal[FIRST_LENGTH + Symbols.ofLength(length)]++;
        distance[Symbols.ofDistance(upper)]++;
      }
    }
  }

  /** Writes what makes up the bytes of the range. */
  void write(int[] tokens, int count, byte[] bytes, int from, int to, boolean isLast, BitSink out) {
    literals.frequencies[END_OF_BLOCK]++;
    literals.build();
    distances.build();
    header.prepare(literals.lengths, distances.lengths);
    long extra = extraBits();
    long dynamic = header.cost() + literals.cost() + distances.cost() + extra;
    long fixed = FixedCodes.cost(literals.frequencies, distances.frequencies) + extra;
    long stored = storedBits(to - from);
    if (stored <= Math.min(dynamic, fixed)) {
      writeStored(bytes, from, to, isLast, out);
      return;
    }
    out.reserve((int) (Math.min(dynamic, fixed) / 8) + 64);
    if (fixed <= dynamic) {
      FixedCodes.copyTo(literals, distances);
      begin(FIXED, isLast, out);
    } else {
      begin(DYNAMIC, isLast, out);
      header.write(out);
    }
    writeTokens(tokens, count, out);
  }

  /** Ends a segment on a whole byte by a block of no bytes. */
  void writeEmptyStored(BitSink out) {
    writeStored(new byte[0], 0, 0, false, out);
  }

  private static void begin(int form, boolean isLast, BitSink out) {
    out.put((form << 1) | (isLast ? 1 : 0), 3);
    out.flush();
  }

  private static long storedBits(int length) {
    return 8L * length + 40L * (length / MOST_STORED + 1);
  }

  private static void writeStored(byte[] bytes, int from, int to, boolean isLast, BitSink out) {
    int position = from;
    do {
      int length = Math.min(MOST_STORED, to - position);
      out.reserve(length + 16);
      begin(STORED, isLast && position + length == to, out);
      out.align();
      out.put(length, 16);
      out.put(~length & 0xffff, 16);
      out.flush();
      out.copy(bytes, position, length);
      position += length;
    } while (position < to);
  }

  private long extraBits() {
    long bits = 0;
    for (int symbol = 0; symbol < Symbols.LENGTH_BITS.length; symbol++) {
      bits += (long) literals.frequencies[FIRST_LENGTH + symbol] * Symbols.LENGTH_BITS[symbol];
    }
    for (int symbol = 0; symbol < DISTANCE_SYMBOLS; symbol++) {
      bits += (long) distances.frequencies[symbol] * Symbols.DISTANCE_BITS[symbol];
    }
    return bits;
  }

  /** The bits on their way stay in local variables: there are millions of tokens. */
  private void writeTokens(int[] tokens, int count, BitSink out) {
    prepareLengths();
    int[] literalCodes = literals.codes;
    byte[] literalLengths = literals.lengths;
    byte[] distanceLengths = distances.lengths;
    byte[] bytes = out.bytes();
    int size = out.size();
    long pending = out.pending();
    int held = out.held();
    for (int i = 0; i < count; i++) {
      int token = tokens[i];
      int length = token & LENGTH_MASK;
      int upper = token >>> LENGTH_BITS;
      if (length == 0) {
        pending |= (long) literalCodes[upper] << held;
        held += literalLengths[upper];
      } else {
        pending |= (long) lengthBits[length] << held;
        held += lengthCount[length];
        if (held >= Long.SIZE - MOST_DISTANCE_BITS) {
          BitSink.write(bytes, size, pending);
          size += held >>> 3;
          pending >>>= held & ~7;
          held &= 7;
        }
        int symbol = Symbols.ofDistance(upper);
        int codeLength = distanceLengths[symbol];
        int extra = upper - Symbols.DISTANCE_BASE[symbol];
        pending |= (long) (distances.codes[symbol] | (extra << codeLength)) << held;
        held += codeLength + Symbols.DISTANCE_BITS[symbol];
      }
      // There is always room for the length of a match, which is longer than any literal.
      if (held >= Long.SIZE - MOST_LENGTH_BITS) {
        BitSink.write(bytes, size, pending);
        size += held >>> 3;
        pending >>>= held & ~7;
        held &= 7;
      }
    }
    out.resume(size, pending, held);
    out.flush();
    out.put(literalCodes[END_OF_BLOCK], literalLengths[END_OF_BLOCK]);
    out.flush();
  }

  private void prepareLengths() {
    for (int length = MatchFinder.MIN_MATCH; length <= MatchFinder.MAX_MATCH; length++) {
      int symbol = Symbols.ofLength(length);
      int codeLength = literals.lengths[FIRST_LENGTH + symbol];
      int extra = length - Symbols.LENGTH_BASE[symbol];
      lengthBits[length] = literals.codes[FIRST_LENGTH + symbol] | (extra << codeLength);
      lengthCount[length] = (byte) (codeLength + Symbols.LENGTH_BITS[symbol]);
    }
  }
}
