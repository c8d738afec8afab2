package dev.imbrex.image;

import dev.imbrex.layers.tree.TreePath;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A path at which the files of two images differ (SN-H9).
 *
 * @param path the path
 * @param kind in which way
 * @param sizeBefore the bytes of the file in the first image; 0 if it has none, or no regular file
 * @param sizeAfter the bytes of the file in the second image
 * @param layer which layer of the second image did it, counted from 0 for the lowest; empty if none
 *     did, so that it was one of the first image
 */
public record PathChange(
    TreePath path, Kind kind, long sizeBefore, long sizeAfter, OptionalInt layer) {
  /** In which way a path differs. */
  public enum Kind {
    /** Only the second image has it. */
    ADDED,
    /** Both have it, with another type, other attributes or another content. */
    CHANGED,
    /** Only the first image has it. */
    DELETED
  }

  /** Checks that nothing is null. */
  public PathChange {
    Objects.requireNonNull(path);
    Objects.requireNonNull(kind);
    Objects.requireNonNull(layer);
  }
}
