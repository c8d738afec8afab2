package dev.imbrex.layers.internal.calls;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/**
 * A regular file that was just created and is open for writing. Attributes set here are set through
 * the open file where the provider can. For one thread at a time.
 */
public interface FileHandle extends Closeable, FileAttributes {
  /** Writes to the file, from where the last write ended; closing the stream does nothing. */
  OutputStream out() throws IOException;

  /** Closes the file. */
  @Override
  void close() throws IOException;
}
