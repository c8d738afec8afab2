package dev.imbrex.layers.disk;

import dev.imbrex.manifest.error.ImageException;

/**
 * Thrown for a directory in which an update was begun and not brought to its end, be it that it
 * goes on or that its process was killed (LC-B78). What the directory holds is not what a tree
 * should be made of; {@link DirectoryUpdate#discard} and {@link DirectoryUpdate#recover} mend it.
 */
public final class IncompleteDirectoryException extends ImageException {
  private static final long serialVersionUID = 1L;

  private final String directory;
  private final boolean changed;

  IncompleteDirectoryException(String attempt, String directory, String mark, boolean changed) {
    super(
        "cannot "
            + attempt
            + " directory "
            + directory
            + ": an update of it was not completed, as "
            + mark
            + " says; "
            + (changed
                ? "it holds a part of both what it held and what it should hold, and must be"
                    + " recovered to a known tree"
                : "nothing in it was changed yet, and what was prepared can be discarded"));
    this.directory = directory;
    this.changed = changed;
  }

  /** The directory. */
  public String directory() {
    return directory;
  }

  /**
   * Whether the directory holds neither what it held nor what it should hold. If not, it holds what
   * it held, and beside that what the update prepared.
   */
  public boolean isChanged() {
    return changed;
  }
}
