package dev.imbrex.layers.compress;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes one gzip member with a constant header: no name, no time, an unknown operating system
 * (LC-D12). {@link java.util.zip.GZIPOutputStream} has written different headers over time.
 */
final class GzipOutputStream extends CompressingOutputStream {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final int BUFFER = 1 << 16;

  private final OutputStream out;
  private final Deflater deflater;
  private final CRC32 crc = new CRC32();
  private final byte[] compressed = new byte[BUFFER];
  private int pending;
  private boolean finished;

  GzipOutputStream(OutputStream out, int level) {
    this.out = out;
    deflater = new Deflater(level, true);
    System.arraycopy(HEADER, 0, compressed, 0, HEADER.length);
    pending = HEADER.length;
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    checkFromIndexSize(offset, length, bytes.length);
    if (finished) {
      throw new IllegalStateException("The stream is finished");
    }
    if (length == 0) {
      return;
    }
    crc.update(bytes, offset, length);
    deflater.setInput(bytes, offset, length);
    while (!deflater.needsInput()) {
      deflate();
    }
  }

  @Override
  public void finish() throws IOException {
    if (finished) {
      return;
    }
    finished = true;
    deflater.finish();
    while (!deflater.finished()) {
      deflate();
    }
    if (pending + 2 * Integer.BYTES > BUFFER) {
      drain();
    }
    putLittleEndian((int) crc.getValue());
    putLittleEndian((int) deflater.getBytesRead());
    drain();
    out.flush();
    deflater.end();
  }

  @Override
  public void close() {
    finished = true;
    deflater.end();
  }

  private void deflate() throws IOException {
    if (pending == BUFFER) {
      drain();
    }
    pending += deflater.deflate(compressed, pending, BUFFER - pending);
  }

  private void drain() throws IOException {
    out.write(compressed, 0, pending);
    pending = 0;
  }

  private void putLittleEndian(int value) {
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      compressed[pending++] = (byte) (value >>> shift);
    }
  }
}
