package dev.imbrex.layers.compress;

import java.io.IOException;
import java.io.OutputStream;

/** Compresses nothing. */
final class PlainOutputStream extends CompressingOutputStream {
  private final OutputStream out;
  private boolean finished;

  PlainOutputStream(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (finished) {
      throw new IllegalStateException("The stream is finished");
    }
    out.write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  @Override
  public void finish() throws IOException {
    finished = true;
    out.flush();
  }

  @Override
  public void close() {
    finished = true;
  }
}
