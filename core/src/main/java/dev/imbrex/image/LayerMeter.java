package dev.imbrex.image;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.digest.DiffId;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** Tells sizes of layers: from the catalog, or by reading the layer once. */
final class LayerMeter {
  private final ImageCatalog catalog;

  LayerMeter(ImageCatalog catalog) {
    this.catalog = catalog;
  }

  LayerSizes sizes(Layer layer) throws IOException {
    DiffId diffId = layer.diffId();
    Optional<LayerSizes> known = catalog.layerSizes(diffId);
    if (known.isPresent()) {
      return known.get();
    }
    LayerSizes measured = LayerIndex.measure(layer, Progress.none());
    catalog.recordLayers(Map.of(diffId, measured));
    return measured;
  }
}
