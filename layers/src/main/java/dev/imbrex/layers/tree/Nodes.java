package dev.imbrex.layers.tree;

import org.jspecify.annotations.Nullable;

/** The one place where nodes are told apart by identity instead of by value. */
final class Nodes {
  private Nodes() {}

  /**
   * Whether these are one object: for a directory, that nothing below it differs; for any other
   * node, that the names leading to it share an inode (LC-M3).
   */
  @SuppressWarnings("ReferenceEquality") // identity is the question
  static boolean isSame(@Nullable Node a, @Nullable Node b) {
    return a == b;
  }
}
