package dev.imbrex.engine;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** A body of a known size. */
final class SizedInput extends InputStream {
  private final InputStream in;
  private long left;

  SizedInput(InputStream in, long size) {
    this.in = in;
    this.left = size;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (left <= 0 || length == 0) {
      return length == 0 ? 0 : -1;
    }
    int read = in.read(bytes, offset, (int) Math.min(length, left));
    if (read < 0) {
      throw new EngineException("The answer ends " + left + " bytes before it should", 0);
    }
    left -= read;
    return read;
  }
}
