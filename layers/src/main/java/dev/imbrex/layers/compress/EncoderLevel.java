package dev.imbrex.layers.compress;

/**
 * How hard the encoder looks for matches.
 *
 * @param depth how many earlier positions are tried at each position
 * @param good the length of a match for which a better one is looked for half as hard once more
 * @param enough the length of a match with which the search ends
 * @param isLazy whether a match waits for a better one at the next byte
 */
record EncoderLevel(int depth, int good, int enough, boolean isLazy) {
  private static final EncoderLevel[] LEVELS = {
    new EncoderLevel(3, 16, 16, false),
    new EncoderLevel(6, 16, 16, false),
    new EncoderLevel(12, 24, 24, false),
    new EncoderLevel(16, 30, 30, false),
    new EncoderLevel(12, 8, 32, true),
    new EncoderLevel(48, 8, 80, true),
    new EncoderLevel(80, 16, 130, true),
    new EncoderLevel(250, 32, 258, true),
    new EncoderLevel(1000, 258, 258, true),
  };

  /** The parameters of a level from 1, the fastest, to 9. */
  static EncoderLevel of(int level) {
    return LEVELS[level - 1];
  }
}
