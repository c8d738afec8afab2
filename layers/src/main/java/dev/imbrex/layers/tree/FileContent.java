package dev.imbrex.layers.tree;

import java.io.IOException;
import java.io.InputStream;

/**
 * The bytes of a regular file, wherever they are kept. A tree holds a reference to them and never
 * the bytes.
 *
 * <p>An implementation keeps these rules:
 *
 * <ul>
 *   <li>Each {@link #open} gives the same bytes, {@link #size} of them, from the first one on; if
 *       that cannot be kept, the stream fails instead of ending early.
 *   <li>If two contents are {@code equals}, their bytes are the same. The opposite need not hold:
 *       identity is always enough, and what cannot be told cheaply counts as different.
 *   <li>{@link #size} is cheap, and {@code open} may be called from any thread.
 * </ul>
 */
public interface FileContent {
  /** The number of bytes, not negative. */
  long size();

  /**
   * A new stream of the bytes, for the caller to close.
   *
   * @throws IOException if the bytes cannot be had
   */
  InputStream open() throws IOException;
}
