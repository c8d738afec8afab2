package dev.imbrex.image;

import dev.imbrex.layers.tree.LayerEntry;
import java.io.IOException;
import java.io.InputStream;

/** Is told what layers say, as it comes by when they are read. */
interface LayerWatcher {
  /** Leaves all by itself. */
  LayerWatcher NONE = (entry, data) -> false;

  /**
   * An entry has come.
   *
   * @param data its bytes, to be read before this returns, or not at all
   * @return whether the bytes were taken
   */
  boolean watch(LayerEntry entry, InputStream data) throws IOException;

  /**
   * A layer has been read to its end and verified, or what it says was remembered, and others below
   * it are read next.
   */
  default void finish(LayerIndex index) {}

  /** Whether a thread may read ahead of this one. */
  default boolean isParallel() {
    return false;
  }

  /** Whether files of the layer that were not taken may be wanted, once it has been read. */
  default boolean comesBack() {
    return true;
  }
}
