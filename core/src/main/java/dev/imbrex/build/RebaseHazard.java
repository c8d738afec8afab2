package dev.imbrex.build;

import dev.imbrex.layers.tree.TreePath;
import java.util.Objects;
import java.util.Optional;

/**
 * Something in the layers that a rebase carries over that may mean another thing upon the new base
 * than upon the old one (LC-E11).
 *
 * @param code what it is
 * @param layer which layer of the rebased image, counted from 0 for the lowest; -1 if it is about
 *     the image as a whole
 * @param path the path concerned, if it is about one
 * @param message a sentence for people, without control characters
 */
public record RebaseHazard(Code code, int layer, Optional<TreePath> path, String message) {
  /** What may go wrong. The names are stable; new ones may be added. */
  public enum Code {
    /** The history of the image does not begin with that of the old base. */
    HISTORY_DIFFERS,
    /** What a whiteout removed from the old base is not in the new one. */
    WHITEOUT_WITHOUT_TARGET,
    /** The parent of an entry is a symbolic link in the new base, and was none before (LC-B31). */
    SYMLINK_AS_PARENT,
    /** A hard link names a file of the base, and so has the content of the new one (LC-B52). */
    LINK_TO_BASE,
    /** A directory takes the place of a symbolic link of the new base, which was none before. */
    DIRECTORY_OVER_SYMLINK,
    /** A layer cannot be applied upon the new base at all. */
    NOT_APPLICABLE
  }

  /** Checks that nothing is null. */
  public RebaseHazard {
    Objects.requireNonNull(code);
    Objects.requireNonNull(path);
    Objects.requireNonNull(message);
  }
}
