package dev.imbrex.build;

import dev.imbrex.image.Layer;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.config.LayerHistory;
import java.util.ArrayList;
import java.util.List;

/**
 * Layers with the history that made them, in step (SN-C8, LC-D6): what an image is made of, and can
 * be cut and put together from. Immutable.
 *
 * @param layers the layers, lowest first
 * @param history exactly as many entries that made a layer, and any number that made none
 */
record StackedLayers(List<Layer> layers, List<History> history) {
  StackedLayers {
    layers = List.copyOf(layers);
    history = List.copyOf(history);
  }

  /**
   * Layers and the history a config has for them. Where that is too short, entries without a word
   * stand in; entries beyond the layers are marked to have made none, which is true.
   */
  static StackedLayers of(List<Layer> layers, ImageConfig config) {
    LayerHistory paired = config.layerHistory();
    List<History> history = new ArrayList<>();
    for (LayerHistory.Step step : paired.steps()) {
      boolean surplus = step.layer().isEmpty() && !step.history().isEmptyLayer();
      history.add(surplus ? step.history().withEmptyLayer(true) : step.history());
    }
    for (int i = 0; i < paired.layersWithoutStep(); i++) {
      history.add(History.empty());
    }
    return new StackedLayers(layers, history);
  }

  /** Those from the bottom, with their history and what follows before the next layer's. */
  StackedLayers below(int height) {
    return part(0, height);
  }

  /** Those from a height on. Entries that made no layer belong with the layer below them. */
  StackedLayers from(int height) {
    return part(height, layers.size());
  }

  private StackedLayers part(int from, int to) {
    return new StackedLayers(layers.subList(from, to), history.subList(start(from), start(to)));
  }

  /** Where the history of a layer starts; before the lowest are the entries before its own, too. */
  private int start(int height) {
    if (height == 0) {
      return 0;
    }
    int made = 0;
    for (int i = 0; i < history.size(); i++) {
      if (!history.get(i).isEmptyLayer() && made++ == height) {
        return i;
      }
    }
    return history.size();
  }

  /** The entry of the history for a layer. */
  History historyOf(int layer) {
    return history.get(historyUpTo(layer + 1) - 1);
  }

  /** How much of the history there is up to the entry of the highest of the lowest layers. */
  int historyUpTo(int height) {
    int length = 0;
    for (int made = 0; made < height; length++) {
      made += history.get(length).isEmptyLayer() ? 0 : 1;
    }
    return length;
  }

  /** These with others on top. */
  StackedLayers with(StackedLayers above) {
    List<Layer> all = new ArrayList<>(layers);
    all.addAll(above.layers);
    List<History> told = new ArrayList<>(history);
    told.addAll(above.history);
    return new StackedLayers(all, told);
  }
}
