package dev.imbrex.layers.tree;

import java.util.Objects;

/**
 * One statement of a layer about the tree below it. A layer is a sequence of these, which applying
 * it to a tree gives their meaning.
 *
 * <p>A path here is that of the node meant, never that of a whiteout file: {@code Removal} of
 * {@code d/x} is what an archive writes as {@code d/.wh.x}. {@link Whiteout} translates.
 */
public sealed interface LayerEntry {
  /** The path of the node that is present, linked, removed or made opaque. */
  TreePath path();

  /**
   * A node is at this path, in place of what was there; a directory keeps the children of a
   * directory it replaces.
   *
   * <p>A path in {@code .wh..wh.plnk} at the root is not shown; it can only be linked to from the
   * same layer (LC-B41).
   */
  record Present(TreePath path, Node node) implements LayerEntry {
    /**
     * Checks the path.
     *
     * @throws IllegalArgumentException if a name in the path starts as a whiteout does
     */
    public Present {
      requireOrdinary(path);
      Objects.requireNonNull(node);
    }
  }

  /**
   * This path is another name of the inode at the target.
   *
   * @param target what the archive names as target, cleaned but not resolved
   * @param metadata the attributes written with the entry; they are ignored when it is applied
   *     (LC-B56)
   */
  record Link(TreePath path, TreePath target, Metadata metadata) implements LayerEntry {
    /**
     * Checks the path.
     *
     * @throws IllegalArgumentException if a name in the path starts as a whiteout does
     */
    public Link {
      requireOrdinary(path);
      Objects.requireNonNull(target);
      Objects.requireNonNull(metadata);
    }
  }

  /** What the lower tree has at this path, and below it, is removed. */
  record Removal(TreePath path) implements LayerEntry {
    /**
     * Checks the path.
     *
     * @throws IllegalArgumentException if it is the root, or a name in it starts as a whiteout does
     */
    public Removal {
      requireOrdinary(path);
      if (path.isRoot()) {
        throw new IllegalArgumentException("the root cannot be removed");
      }
    }
  }

  /** What the lower tree has below this directory is hidden; the directory itself stays. */
  record Opaque(TreePath path) implements LayerEntry {
    /**
     * Checks the path.
     *
     * @throws IllegalArgumentException if a name in it starts as a whiteout does
     */
    public Opaque {
      requireOrdinary(path);
    }
  }

  private static void requireOrdinary(TreePath path) {
    if (Whiteout.hasReservedName(path) && !Whiteout.isLinkSource(path)) {
      throw new IllegalArgumentException(path + " has a name that starts as a whiteout does");
    }
  }
}
