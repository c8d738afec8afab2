package dev.imbrex.image;

/**
 * Sizes of a layer that only reading it tells.
 *
 * @param content bytes of the regular files in it, each counted once however many links it has
 * @param tar bytes of the uncompressed tar
 */
public record LayerSizes(long content, long tar) {
  /** Refuses negative sizes. */
  public LayerSizes {
    if (content < 0 || tar < 0) {
      throw new IllegalArgumentException("Negative size: " + content + ", " + tar);
    }
  }
}
