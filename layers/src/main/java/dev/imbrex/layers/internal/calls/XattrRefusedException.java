package dev.imbrex.layers.internal.calls;

import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/**
 * An extended attribute of this name cannot have this value here: it is malformed, too large, or
 * more than there is room for beside the file. Others may be taken.
 */
public final class XattrRefusedException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  /** Creates the exception for a file, named for people. */
  public XattrRefusedException(String file, @Nullable String reason) {
    super(file, null, reason);
  }
}
