package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;

/**
 * Thrown when a file of a directory is not, or no longer, what it was when the directory was
 * scanned (LC-A57). Its size was promised by then, so nothing shorter, longer or filled up will do.
 */
public final class FileChangedException extends ImageException {
  private static final long serialVersionUID = 1L;

  private final long expectedSize;
  private final long foundSize;

  FileChangedException(String directory, TreePath path, String what, long expected, long found) {
    super(
        "cannot read "
            + path
            + " of "
            + directory
            + ": "
            + what
            + " (it had "
            + expected
            + " bytes when it was scanned, now "
            + found
            + ")");
    this.expectedSize = expected;
    this.foundSize = found;
  }

  /** The size in bytes when the directory was scanned. */
  public long expectedSize() {
    return expectedSize;
  }

  /** The size in bytes that was found. */
  public long foundSize() {
    return foundSize;
  }
}
