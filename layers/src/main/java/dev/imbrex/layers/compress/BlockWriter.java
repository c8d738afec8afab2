package dev.imbrex.layers.compress;

/**
 * Writes one block in whichever of the three forms is the smallest: stored, with the fixed codes,
 * or with codes of its own (RFC 1951, 3.2.4 to 3.2.7).
 */
final class BlockWriter {
  private static final int STORED = 0;
  private static final int FIXED = 1;
  private static final int DYNAMIC = 2;
  private static final int MOST_STORED = 65_535;

  private static final int MAX_CODE = 15;

  private final HuffmanCode literals = new HuffmanCode(Symbols.LITERALS, MAX_CODE);
  private final HuffmanCode distances = new HuffmanCode(Symbols.DISTANCES, MAX_CODE);
  private final CodeLengths header = new CodeLengths();

  /** What is written for each literal and length, packed. */
  private final int[] bodies = new int[1 << Tokens.BODY_BITS];

  /** The same for each symbol of a distance; the last writes nothing. */
  private final int[] distanceCodes = new int[Symbols.DISTANCES + 1];

  /** Writes what makes up the bytes of the range. */
  void write(Tokens tokens, byte[] bytes, int from, int to, boolean isLast, BitSink out) {
    tokens.literals[Symbols.END_OF_BLOCK] = 1;
    literals.build(tokens.literals);
    distances.build(tokens.distances);
    header.prepare(literals.lengths, distances.lengths);
    long extra = extraBits(tokens);
    long dynamic =
        header.cost() + literals.cost(tokens.literals) + distances.cost(tokens.distances) + extra;
    long fixed = FixedCodes.cost(tokens.literals, tokens.distances) + extra;
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
    writeTokens(tokens, out);
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

  private long extraBits(Tokens tokens) {
    long bits = 0;
    for (int symbol = 0; symbol < Symbols.LENGTH_BITS.length; symbol++) {
      bits += (long) tokens.literals[Symbols.FIRST_LENGTH + symbol] * Symbols.LENGTH_BITS[symbol];
    }
    for (int symbol = 0; symbol < Symbols.DISTANCES; symbol++) {
      bits += (long) tokens.distances[symbol] * Symbols.DISTANCE_BITS[symbol];
    }
    return bits;
  }

  private void writeTokens(Tokens tokens, BitSink out) {
    prepareBodies();
    prepareDistances();
    out.putAll(tokens, bodies, distanceCodes);
    out.put(literals.codes[Symbols.END_OF_BLOCK], literals.lengths[Symbols.END_OF_BLOCK]);
    out.flush();
  }

  private void prepareBodies() {
    for (int literal = 0; literal < Symbols.END_OF_BLOCK; literal++) {
      bodies[literal] = BitSink.pack(literals.codes[literal], literals.lengths[literal], 0);
    }
    for (int length = MatchFinder.MIN_MATCH; length <= MatchFinder.MAX_MATCH; length++) {
      int symbol = Symbols.ofLength(length);
      int codeLength = literals.lengths[Symbols.FIRST_LENGTH + symbol];
      int extra = length - Symbols.LENGTH_BASE[symbol];
      int bits = literals.codes[Symbols.FIRST_LENGTH + symbol] | (extra << codeLength);
      bodies[Tokens.FIRST_LENGTH + length] =
          BitSink.pack(bits, codeLength + Symbols.LENGTH_BITS[symbol], 0);
    }
  }

  private void prepareDistances() {
    for (int symbol = 0; symbol < Symbols.DISTANCES; symbol++) {
      distanceCodes[symbol] =
          BitSink.pack(
              distances.codes[symbol], distances.lengths[symbol], Symbols.DISTANCE_BITS[symbol]);
    }
  }
}
