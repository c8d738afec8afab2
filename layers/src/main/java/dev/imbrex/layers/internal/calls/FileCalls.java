package dev.imbrex.layers.internal.calls;

import dev.imbrex.layers.tree.ByteString;
import java.io.IOException;
import java.nio.file.Path;

/** A way to make calls to a file system. Safe for use by many threads. */
public interface FileCalls {
  /** What the provider is called in results and messages: {@code nio} or {@code native}. */
  String name();

  /** Whether it can serve this path: the native one serves the default file system alone. */
  boolean serves(Path path);

  /** The bytes of a path's last name, whatever the encoding of the locale (LC-G1). */
  ByteString nameOf(Path path);

  /**
   * Opens a directory that the caller trusts: symbolic links in the path are followed.
   *
   * @throws java.nio.file.NoSuchFileException if there is nothing
   * @throws java.nio.file.NotDirectoryException if there is something else
   */
  DirectoryHandle open(Path directory) throws IOException;
}
