package dev.imbrex.image;

import java.util.Objects;

/**
 * What a layer of an image weighs, and for what (LC-E18).
 *
 * @param layer the layer
 * @param entries how many entries it has, whiteouts among them
 * @param payload bytes of all files in it, each counted once however many links it has
 * @param wasted bytes of those files of which no name is left in the image (LC-E16)
 * @param tarSize bytes of the uncompressed tar
 */
public record LayerStatistics(Layer layer, long entries, long payload, long wasted, long tarSize) {
  /** Checks that nothing is null. */
  public LayerStatistics {
    Objects.requireNonNull(layer);
  }

  /** Bytes of those files that can be seen in the image. */
  public long visible() {
    return payload - wasted;
  }

  /**
   * What the tar needs beside the bytes of files: headers, padding, its end. Negative if there are
   * sparse files that take less room than they have bytes.
   */
  public long overhead() {
    return tarSize - payload;
  }

  /** Bytes of the layer as stored; compressed, if its media type says so. */
  public long storedSize() {
    return layer.storedSize();
  }
}
