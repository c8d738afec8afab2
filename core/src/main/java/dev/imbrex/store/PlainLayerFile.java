package dev.imbrex.store;

import dev.imbrex.image.Layer;
import dev.imbrex.image.LayerSizes;
import dev.imbrex.layers.compress.DecompressingInputStream;
import dev.imbrex.layers.compress.DecompressionLimits;
import dev.imbrex.layers.layer.LayerReader;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.manifest.digest.VerifiedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * The tar of a layer as a file of an archive, uncompressed, and verified as it is read.
 *
 * @param size the size of the tar
 */
record PlainLayerFile(Layer layer, long size) implements FileContent {
  /** Finds out the size: from the catalog, or by reading the layer once. */
  static PlainLayerFile of(Layer layer) throws IOException {
    Optional<LayerSizes> known = layer.storage().catalog().layerSizes(layer.diffId());
    if (known.isPresent()) {
      return new PlainLayerFile(layer, known.get().tar());
    }
    try (LayerReader reader = LayerReader.open(layer.open())) {
      return new PlainLayerFile(layer, reader.summary().tarSize());
    }
  }

  @Override
  public InputStream open() throws IOException {
    InputStream stored = layer.open();
    try {
      return VerifiedInputStream.of(
          DecompressingInputStream.open(stored, DecompressionLimits.defaults()),
          size,
          layer.diffId().digest(),
          "Tar of " + layer);
    } catch (IOException | RuntimeException e) {
      stored.close();
      throw e;
    }
  }
}
