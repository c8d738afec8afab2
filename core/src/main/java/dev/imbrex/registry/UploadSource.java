package dev.imbrex.registry;

import java.io.IOException;
import java.io.InputStream;

/** Where the bytes of an upload come from; what it opens verifies them before it ends. */
interface UploadSource {
  /** Opens the bytes from the first one. The caller closes the stream. */
  InputStream open() throws IOException;

  /** Whether it can be opened more than once. */
  boolean isRepeatable();
}
