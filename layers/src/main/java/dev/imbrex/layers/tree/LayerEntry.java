package dev.imbrex.layers.tree;

import dev.imbrex.manifest.error.MalformedContentException;
import java.util.Objects;

/**
 * One statement of a layer about the tree below it. A layer is a sequence of these; {@link
 * FileTree#apply} gives them their meaning.
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

  /**
   * Something the layer holds that has no effect: a file of AUFS' bookkeeping (LC-B41).
   *
   * @param path the whole path, as the layer has it
   */
  record Leftover(TreePath path) implements LayerEntry {
    /** Checks that nothing is null. */
    public Leftover {
      Objects.requireNonNull(path);
    }
  }

  /**
   * What an archive says with an entry for a node, which is a whiteout if the name says so,
   * whatever the node (LC-B38).
   *
   * @param path the whole path of the entry, whiteout prefix included
   * @throws MalformedContentException if the name is a whiteout of nothing, or lies in one (LC-B39,
   *     LC-B42)
   */
  static LayerEntry of(TreePath path, Node node) throws MalformedContentException {
    Whiteout whiteout = Whiteout.of(path);
    boolean isNode =
        whiteout == Whiteout.NONE
            || (whiteout == Whiteout.LINK_SOURCE && node.kind() == Node.Kind.REGULAR);
    return isNode ? new Present(path, node) : whiteout(path, whiteout);
  }

  /**
   * What an archive says with an entry for a hard link, which is a whiteout if the name says so.
   *
   * @param path the whole path of the entry, whiteout prefix included
   * @throws MalformedContentException if the name is a whiteout of nothing, or lies in one (LC-B39,
   *     LC-B42)
   */
  static LayerEntry link(TreePath path, TreePath target, Metadata metadata)
      throws MalformedContentException {
    Whiteout whiteout = Whiteout.of(path);
    boolean isLink = whiteout == Whiteout.NONE || whiteout == Whiteout.LINK_SOURCE;
    return isLink ? new Link(path, target, metadata) : whiteout(path, whiteout);
  }

  private static LayerEntry whiteout(TreePath path, Whiteout whiteout) {
    return switch (whiteout) {
      case SINGLE -> new Removal(Whiteout.removedBy(path));
      case OPAQUE -> new Opaque(path.parent());
      default -> new Leftover(path);
    };
  }

  private static void requireOrdinary(TreePath path) {
    if (Whiteout.hasReservedName(path) && !Whiteout.isLinkSource(path)) {
      throw new IllegalArgumentException(path + " has a name that starts as a whiteout does");
    }
  }
}
