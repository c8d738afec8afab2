package dev.imbrex.layers.internal.calls;

import java.nio.file.FileSystemException;

/** A file system, or this type of file on it, takes no extended attributes. */
public final class XattrsUnsupportedException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception for a file, named for people. */
  public XattrsUnsupportedException(String file) {
    super(file, null, "extended attributes are not supported here");
  }
}
