package dev.imbrex.layers.compress;

import java.io.IOException;
import java.io.OutputStream;

/**
 * Compresses what is written to it. {@link #finish} completes the compressed stream; {@link #close}
 * without it abandons it. The stream below stays open in either case. Belongs to one thread.
 */
public abstract class CompressingOutputStream extends OutputStream {
  private final byte[] single = new byte[1];

  CompressingOutputStream() {}

  @Override
  public final void write(int b) throws IOException {
    single[0] = (byte) b;
    write(single, 0, 1);
  }

  @Override
  public abstract void write(byte[] bytes, int offset, int length) throws IOException;

  /**
   * Writes what is still held back and the end of the compressed stream, and flushes the stream
   * below. Nothing can be written afterwards.
   */
  public abstract void finish() throws IOException;

  /** Gives back memory outside the heap. Neither finishes nor closes the stream below. */
  @Override
  public abstract void close();
}
