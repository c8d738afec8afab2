package dev.imbrex.registry;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Keeps a stream open that belongs to somebody else. */
final class Borrowed extends FilterInputStream {
  Borrowed(InputStream in) {
    super(in);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    return in.read(bytes, offset, length);
  }

  @Override
  public void close() {}
}
