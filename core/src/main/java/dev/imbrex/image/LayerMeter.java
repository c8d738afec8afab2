package dev.imbrex.image;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.digest.DiffId;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/**
 * Tells sizes of layers: from the catalog, else from what is remembered of the layer, else by
 * reading it once.
 */
final class LayerMeter {
  private final ImageCatalog catalog;
  private final LayerViews views;

  LayerMeter(ImageCatalog catalog, LayerViews views) {
    this.catalog = catalog;
    this.views = views;
  }

  LayerSizes sizes(Layer layer) throws IOException {
    return sizes(layer, Progress.none());
  }

  LayerSizes sizes(Layer layer, Progress progress) throws IOException {
    DiffId diffId = layer.diffId();
    Optional<LayerSizes> known = catalog.layerSizes(diffId);
    if (known.isPresent()) {
      return known.get();
    }
    Optional<LayerSizes> remembered = views.findSizes(layer);
    LayerSizes measured =
        remembered.isPresent() ? remembered.get() : LayerIndex.measure(layer, progress);
    catalog.recordLayers(Map.of(diffId, measured));
    return measured;
  }
}
