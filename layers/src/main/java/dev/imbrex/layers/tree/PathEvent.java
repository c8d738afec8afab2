package dev.imbrex.layers.tree;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;

/**
 * What one layer of a stack did at one path, all its entries taken together (LC-E15).
 *
 * @param layer which layer, counted from 0 for the lowest
 * @param kind what it did
 * @param aspects for {@link Kind#MODIFIED}, in what the path differs from what it was; else empty;
 *     cannot be modified
 */
public record PathEvent(int layer, Kind kind, Set<Change.Aspect> aspects) {
  /** What a layer can do at a path. */
  public enum Kind {
    /** Something is where nothing was. */
    ADDED,
    /** What was there is different: in its type, content, attributes or other names. */
    MODIFIED,
    /** What was there was sent again, all the same; its bytes are those of this layer now. */
    REPLACED,
    /** It was removed by a whiteout of its own. */
    REMOVED,
    /** A directory above it was removed, or gave way to something else. */
    REMOVED_WITH_PARENT,
    /** A directory above it was made opaque. */
    REMOVED_BY_OPAQUE
  }

  /**
   * Copies the aspects.
   *
   * @throws IllegalArgumentException if a modification has none, or anything else has some
   */
  public PathEvent {
    Objects.requireNonNull(kind);
    if (aspects.isEmpty() == (kind == Kind.MODIFIED)) {
      throw new IllegalArgumentException(kind + " in " + aspects);
    }
    aspects =
        Collections.unmodifiableSet(
            aspects.isEmpty() ? EnumSet.noneOf(Change.Aspect.class) : EnumSet.copyOf(aspects));
  }

  PathEvent(int layer, Kind kind) {
    this(layer, kind, Set.of());
  }
}
