package dev.imbrex.image;

import dev.imbrex.image.Footprint.Sizes;
import dev.imbrex.image.Footprint.Totals;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Adds up sizes of layers, telling layers apart by a key: how many images have each one decides
 * what is shared.
 */
final class LayerAccount<K> {
  private final Map<K, Long> sizes = new HashMap<>();
  private final Map<K, Integer> holders = new HashMap<>();
  private final List<List<K>> images = new ArrayList<>();

  /** Adds the layers of an image that counts as a holder and gets sizes of its own. */
  void addImage(Map<K, Long> layers) {
    addStep(layers);
    layers.keySet().forEach(key -> holders.merge(key, 1, Integer::sum));
    images.add(List.copyOf(layers.keySet()));
  }

  /** Adds layers that are there, but of an image that is only a step on the way to another. */
  void addStep(Map<K, Long> layers) {
    sizes.putAll(layers);
  }

  /** The sizes of the n-th image that was added, from 0. */
  Sizes sizes(int image) {
    long size = 0;
    long shared = 0;
    for (K key : images.get(image)) {
      long bytes = sizes.getOrDefault(key, 0L);
      size += bytes;
      shared += holders.getOrDefault(key, 0) > 1 ? bytes : 0;
    }
    return new Sizes(size, shared);
  }

  Totals totals() {
    long used = sizes.values().stream().mapToLong(Long::longValue).sum();
    long reclaimable = 0;
    for (int i = 0; i < images.size(); i++) {
      reclaimable += sizes(i).unique();
    }
    return new Totals(used, reclaimable);
  }
}
