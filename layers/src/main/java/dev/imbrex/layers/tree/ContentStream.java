package dev.imbrex.layers.tree;

import java.io.IOException;
import java.io.InputStream;
import java.util.Collection;

/**
 * A stream that holds the contents of many files, such as a compressed layer. Who wants many of
 * them has them cheapest in one pass, in the order in which they come.
 */
public interface ContentStream {
  /** Takes the contents as they come. */
  @FunctionalInterface
  interface Receiver {
    /**
     * A content has come.
     *
     * @param data its bytes, to be read before this returns, and not to be closed
     */
    void receive(StreamedContent content, InputStream data) throws IOException;
  }

  /**
   * Reads the stream once, and hands over each wanted content, in the order of the stream. Contents
   * that are equal are one, and come once.
   *
   * @param wanted contents whose {@link StreamedContent#stream} equals this
   * @throws IOException if the stream cannot be read to its end, is not what it was, or lacks one
   *     of them; and what the receiver throws
   */
  void read(Collection<? extends StreamedContent> wanted, Receiver receiver) throws IOException;
}
