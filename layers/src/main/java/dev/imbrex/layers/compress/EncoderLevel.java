package dev.imbrex.layers.compress;

/**
 * How hard the encoder looks for matches.
 *
 * @param depth how many earlier positions are tried at each position
 * @param good the length of a match for which a better one is looked for half as hard once more
 * @param enough the length of a match with which the search ends
 * @param search what is looked for
 */
record EncoderLevel(int depth, int good, int enough, Search search) {
  /** What is looked for at a position. */
  enum Search {
    /** The last position alone that may match. */
    LAST,
    /** The longest match. */
    GREEDY,
    /** The longest match, which then waits for a better one at the next byte. */
    LAZY
  }

  private static final EncoderLevel[] LEVELS = {
    new EncoderLevel(1, 258, 258, Search.LAST),
    new EncoderLevel(2, 16, 16, Search.GREEDY),
    new EncoderLevel(12, 24, 24, Search.GREEDY),
    new EncoderLevel(16, 30, 30, Search.GREEDY),
    new EncoderLevel(12, 8, 32, Search.LAZY),
    new EncoderLevel(36, 8, 64, Search.LAZY),
    new EncoderLevel(80, 16, 130, Search.LAZY),
    new EncoderLevel(250, 32, 258, Search.LAZY),
    new EncoderLevel(1000, 258, 258, Search.LAZY),
  };

  /** The parameters of a level from 1, the fastest, to 9. */
  static EncoderLevel of(int level) {
    return LEVELS[level - 1];
  }
}
