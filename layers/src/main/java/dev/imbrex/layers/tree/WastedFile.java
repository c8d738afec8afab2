package dev.imbrex.layers.tree;

import java.util.Objects;

/**
 * A file of a layer of which no name is left in the tree that the stack makes: its bytes are stored
 * and moved for nothing (LC-E16).
 *
 * @param path where the layer put it
 * @param layer which layer, counted from 0 for the lowest
 * @param bytes how many bytes it has
 */
public record WastedFile(TreePath path, int layer, long bytes) {
  /** Checks that nothing is null. */
  public WastedFile {
    Objects.requireNonNull(path);
  }
}
