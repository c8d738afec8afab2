package dev.imbrex.layers.internal.calls;

import dev.imbrex.layers.tree.ByteString;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;

/**
 * A provider cannot make a symbolic link with this very target (LC-G2): a {@code java.nio} path
 * loses the slashes that say nothing. Nothing was created.
 */
public final class InexactSymlinkException extends FileSystemException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable ByteString nearest;

  /** Creates the exception for a link, named for people. */
  public InexactSymlinkException(String link, ByteString target, @Nullable ByteString nearest) {
    super(
        link,
        null,
        "the target \""
            + target
            + "\" cannot be stored"
            + (nearest == null ? "" : ", only \"" + nearest + "\""));
    this.nearest = nearest;
  }

  /** The target that can be stored and leads to the same place, or null if there is none. */
  public @Nullable ByteString nearest() {
    return nearest;
  }
}
