package dev.imbrex.image;

import dev.imbrex.layers.tree.Change;
import java.util.Objects;
import java.util.OptionalInt;

/**
 * A path at which the files of two images differ, and who did it (SN-H9).
 *
 * @param change the path, and in which way it differs
 * @param layer the topmost layer of the second image that did something at the path, counted from 0
 *     for the lowest; empty if none above the shared ones did, so that it was one of the first
 *     image
 */
public record PathChange(Change change, OptionalInt layer) {
  /** Checks that nothing is null. */
  public PathChange {
    Objects.requireNonNull(change);
    Objects.requireNonNull(layer);
  }
}
