package dev.imbrex.image;

import dev.imbrex.layers.layer.LayerLimits;
import java.util.Objects;

/**
 * How much an image may hold before reading its files fails with a {@link
 * dev.imbrex.manifest.error.LimitExceededException} that names the option (LC-C31, LC-C33).
 *
 * @param layer what one layer may hold
 * @param layers how many layers there are; one that recurs counts again
 * @param entries how many entries all layers have together
 * @param uncompressedBytes how many bytes the tars of all layers have together
 */
public record ImageLimits(LayerLimits layer, long layers, long entries, long uncompressedBytes) {
  private static final ImageLimits DEFAULTS =
      new ImageLimits(LayerLimits.defaults(), 512, 4_000_000, 128L << 30);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is negative
   */
  public ImageLimits {
    Objects.requireNonNull(layer);
    if ((layers | entries | uncompressedBytes) < 0) {
      throw new IllegalArgumentException("A limit is negative");
    }
  }

  /** 512 layers, 4000000 entries and 128 GiB, and the default limits of a layer. */
  public static ImageLimits defaults() {
    return DEFAULTS;
  }

  /** A copy with other limits of one layer. */
  public ImageLimits withLayer(LayerLimits layer) {
    return new ImageLimits(layer, layers, entries, uncompressedBytes);
  }

  /** A copy with another number of layers. */
  public ImageLimits withLayers(long layers) {
    return new ImageLimits(layer, layers, entries, uncompressedBytes);
  }

  /** A copy with another number of entries of all layers together. */
  public ImageLimits withEntries(long entries) {
    return new ImageLimits(layer, layers, entries, uncompressedBytes);
  }

  /** A copy with another number of bytes of all layers together. */
  public ImageLimits withUncompressedBytes(long bytes) {
    return new ImageLimits(layer, layers, entries, bytes);
  }
}
