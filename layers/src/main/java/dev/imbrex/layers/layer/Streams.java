package dev.imbrex.layers.layer;

import dev.imbrex.layers.internal.threads.Interruption;
import java.io.IOException;
import java.io.InputStream;

/** Reads from streams that others wrote. */
final class Streams {
  private Streams() {}

  /** As {@link InputStream#read(byte[], int, int)}, but never 0, which some streams answer. */
  static int readSome(InputStream in, byte[] bytes, int offset, int length) throws IOException {
    int read = in.read(bytes, offset, length);
    if (read != 0) {
      return read;
    }
    int one = in.read();
    if (one < 0) {
      return -1;
    }
    bytes[offset] = (byte) one;
    return 1;
  }

  /**
   * Passes over bytes, of which there are so many, unless the stream fails or ends.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted
   */
  static void pass(InputStream in, long count) throws IOException {
    byte[] block = new byte[(int) Math.min(count, 1 << 16)];
    long left = count;
    while (left > 0) {
      Interruption.check();
      int read = in.read(block, 0, (int) Math.min(left, block.length));
      if (read < 0) {
        return;
      }
      left -= read;
    }
  }
}
