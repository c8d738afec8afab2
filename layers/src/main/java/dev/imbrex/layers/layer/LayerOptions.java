package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;

/**
 * How a layer is written.
 *
 * @param compression the format of the stored bytes, and its level; if it may use more than one
 *     thread, contents are read and the tar is digested beside it, on one thread each
 * @param times which modification times are written
 */
public record LayerOptions(CompressionOptions compression, TimePolicy times) {
  private static final LayerOptions DEFAULTS =
      new LayerOptions(CompressionOptions.of(Compression.GZIP), TimePolicy.seconds());

  /** Checks that nothing is null. */
  public LayerOptions {
    requireNonNull(compression);
    requireNonNull(times);
  }

  /** Gzip of level 6, which everything reads, and whole seconds. */
  public static LayerOptions defaults() {
    return DEFAULTS;
  }

  /**
   * A copy with another format, at its default level.
   *
   * @throws IllegalArgumentException if a layer cannot be written in it
   */
  public LayerOptions withCompression(Compression compression) {
    return withCompression(CompressionOptions.of(compression));
  }

  /** A copy with another format and level. */
  public LayerOptions withCompression(CompressionOptions compression) {
    return new LayerOptions(compression, times);
  }

  /** A copy with other times. */
  public LayerOptions withTimes(TimePolicy times) {
    return new LayerOptions(compression, times);
  }
}
