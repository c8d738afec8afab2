package dev.imbrex.layers.compress;

import java.util.Arrays;

/**
 * What a block is made of, in order, and how often each symbol occurs in it. A token is a literal,
 * or the length and distance of a match; both have the same form, so that nothing has to be asked
 * of a token when it is written.
 */
final class Tokens {
  /** The lowest bits of a token are its body: a literal, or this and the length of a match. */
  static final int FIRST_LENGTH = 256 - MatchFinder.MIN_MATCH;

  static final int BODY_BITS = 9;
  static final int BODY_MASK = (1 << BODY_BITS) - 1;

  /** Above it stand the symbol of the distance, and the extra bits of that symbol. */
  static final int SYMBOL_BITS = 5;

  static final int SYMBOL_MASK = (1 << SYMBOL_BITS) - 1;

  /** The symbol of a literal, which has no distance. */
  static final int NO_DISTANCE = Symbols.DISTANCES;

  private final int[] tokens;
  private int count;

  /** How often each symbol for a literal or length occurs (RFC 1951, 3.2.5). */
  final int[] literals = new int[Symbols.LITERALS];

  /** How often each symbol for a distance occurs. */
  final int[] distances = new int[Symbols.DISTANCES];

  Tokens(int most) {
    tokens = new int[most];
  }

  /** Starts again from nothing. */
  void clear() {
    count = 0;
    Arrays.fill(literals, 0);
    Arrays.fill(distances, 0);
  }

  /** Adds a byte that stands for itself. */
  void addLiteral(byte value) {
    int literal = value & 0xff;
    literals[literal]++;
    tokens[count++] = literal | (NO_DISTANCE << BODY_BITS);
  }

  /** Adds bytes that stood before. */
  void addMatch(int length, int distance) {
    literals[Symbols.FIRST_LENGTH + Symbols.ofLength(length)]++;
    int symbol = Symbols.ofDistance(distance);
    distances[symbol]++;
    int extra = distance - Symbols.DISTANCE_BASE[symbol];
    tokens[count++] =
        (FIRST_LENGTH + length) | (symbol << BODY_BITS) | (extra << (BODY_BITS + SYMBOL_BITS));
  }

  /** How many there are. */
  int count() {
    return count;
  }

  /** The tokens, of which {@link #count} count. */
  int[] array() {
    return tokens;
  }
}
