package dev.imbrex.layers.tree;

import java.util.Objects;

/**
 * Which layers of a stack a visible path comes from (LC-E14).
 *
 * @param path the path
 * @param node what is there
 * @param layer the topmost layer that had an effect on the path itself, counted from 0 for the
 *     lowest: that made it, replaced it, or changed the attributes of the directory
 * @param contentLayer the layer in which the inode lies, with its bytes: a lower one than {@code
 *     layer} if the path is a hard link to what was there before; for a directory the same
 */
public record Attribution(TreePath path, Node node, int layer, int contentLayer) {
  /** Checks that nothing is null. */
  public Attribution {
    Objects.requireNonNull(path);
    Objects.requireNonNull(node);
  }
}
