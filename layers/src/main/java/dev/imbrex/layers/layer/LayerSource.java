package dev.imbrex.layers.layer;

import java.io.IOException;
import java.io.InputStream;

/**
 * A stored layer that can be read again and again; {@link LayerContents} gives its files.
 *
 * <p>Two sources are equal if they store the same bytes, wherever that is. Safe for use by many
 * threads.
 */
public interface LayerSource {
  /**
   * Begins to read the layer by rules, tolerantly; the caller closes the reader.
   *
   * @param ahead how far threads may read ahead of the reader
   */
  LayerReader read(LayerRules rules, ReadAhead ahead) throws IOException;

  /** Whether the tar is stored as it is, so that a place in it is a place in what is stored. */
  boolean isPlain();

  /**
   * Opens a part of what is stored, compressed bytes if it is compressed, for the caller to close.
   *
   * @param offset where the part begins
   * @param size how many bytes it has
   */
  InputStream open(long offset, long size) throws IOException;

  /**
   * Compares what was read with what should have been.
   *
   * @param summary of a reading to the end
   * @throws dev.imbrex.manifest.error.DigestMismatchException if the layer is another one
   */
  void check(LayerSummary summary) throws IOException;

  /** What sources of the same tar have in common, however they store it: equal for them alone. */
  Object tar();
}
