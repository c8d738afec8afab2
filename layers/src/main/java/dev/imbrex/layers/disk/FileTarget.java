package dev.imbrex.layers.disk;

import java.io.Closeable;
import java.io.IOException;

/** Writes files, and more of them when those so far are finished. */
interface FileTarget extends PendingContents.Target, Closeable {
  /** Waits until all is written, and reported. */
  void finish() throws IOException;
}
