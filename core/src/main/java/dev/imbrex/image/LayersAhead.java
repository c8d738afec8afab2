package dev.imbrex.image;

import dev.imbrex.layers.layer.ReadAhead;
import dev.imbrex.layers.tree.Findings;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads layers from the top down, each while the one above it is looked at: to decompress them is
 * the most of it, and one layer keeps one processor busy. For one thread.
 */
final class LayersAhead implements Closeable {
  /** How much of a layer may wait, decompressed, for its turn. */
  private static final long MOST = 32L << 20;

  /** The part of the heap that it may take at most. */
  private static final int PART = 16;

  private final List<Layer> layers;
  private final int lowest;
  private final Predicate<Layer> isRead;
  private final ReadOptions options;
  private final ReadAhead room =
      ReadAhead.of(Math.min(MOST, Runtime.getRuntime().maxMemory() / PART));
  private int nextHeight = -1;
  private @Nullable LayerAhead next;

  /**
   * Begins nothing yet.
   *
   * @param lowest the height of the lowest layer to read
   * @param isRead says which layers need not be read
   */
  LayersAhead(List<Layer> layers, int lowest, Predicate<Layer> isRead, ReadOptions options) {
    this.layers = layers;
    this.lowest = lowest;
    this.isRead = isRead;
    this.options = options;
  }

  /** The layer at a height, for the caller to close; the next one below it is begun. */
  LayerAhead take(int height) throws IOException {
    LayerAhead taken = height == nextHeight ? next : null;
    if (taken == null) {
      close();
      taken = begin(height);
    }
    next = null;
    nextHeight = -1;
    for (int below = height - 1; below >= lowest && next == null; below--) {
      if (!isRead.test(layers.get(below))) {
        next = begin(below);
        nextHeight = below;
      }
    }
    return taken;
  }

  private LayerAhead begin(int height) {
    Findings findings = Findings.tolerant().inLayer(height);
    return LayerAhead.begin(layers.get(height), options.layerRules(), findings, room);
  }

  @Override
  public void close() throws IOException {
    if (next != null) {
      next.close();
      next = null;
    }
  }
}
