package dev.imbrex.store;

import dev.imbrex.layers.layer.LayerLimits;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;

/**
 * How archives of images are opened.
 *
 * @param limits how many entries an archive may have and how large their headers may be; {@link
 *     dev.imbrex.layers.compress.DecompressionLimits#uncompressedBytes} bounds what a compressed
 *     archive becomes on the disk
 * @param temporary where a compressed archive is kept in plain form while it is open; the directory
 *     for temporary files if empty. It is named {@code imbrex….tar}; if the process is killed it
 *     stays, and nobody here deletes it, since others may have theirs in the same directory
 */
public record ArchiveOptions(LayerLimits limits, Optional<Path> temporary) {
  private static final ArchiveOptions DEFAULTS =
      new ArchiveOptions(LayerLimits.defaults(), Optional.empty());

  /** Refuses null. */
  public ArchiveOptions {
    Objects.requireNonNull(limits);
    Objects.requireNonNull(temporary);
  }

  /** The default limits of layers, and the directory for temporary files. */
  public static ArchiveOptions defaults() {
    return DEFAULTS;
  }

  /** A copy with other limits. */
  public ArchiveOptions withLimits(LayerLimits newLimits) {
    return new ArchiveOptions(newLimits, temporary);
  }

  /** A copy with another directory for what compressed archives become. */
  public ArchiveOptions withTemporary(Path directory) {
    return new ArchiveOptions(limits, Optional.of(directory));
  }
}
