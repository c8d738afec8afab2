package dev.imbrex.layers.compress;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Writes one gzip member with a constant header: no name, no time, an unknown operating system
 * (LC-D12). What is compressed is cut into segments of constant size, so that the bytes depend
 * neither on how they were written nor on the number of threads nor on the JDK's zlib (LC-D13).
 */
final class GzipOutputStream extends CompressingOutputStream {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private final OutputStream out;
  private final SegmentEncoders encoders;
  private final boolean isParallel;
  private final CRC32 crc = new CRC32();
  private Segment current = new Segment();
  private long total;
  private boolean hasHeader;
  private boolean finished;

  GzipOutputStream(OutputStream out, int level, int threads) {
    this.out = out;
    isParallel = threads > 1;
    encoders = new SegmentEncoders(level, threads);
    current.beginStream();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    checkFromIndexSize(offset, length, bytes.length);
    if (finished) {
      throw new IllegalStateException("The stream is finished");
    }
    crc.update(bytes, offset, length);
    total += length;
    int done = 0;
    while (done < length) {
      if (current.isFull()) {
        endSegment();
      }
      done += current.fill(bytes, offset + done, length - done);
    }
  }

  @Override
  public void finish() throws IOException {
    if (finished) {
      return;
    }
    finished = true;
    encoders.encode(current, true);
    while (!encoders.isEmpty()) {
      write(encoders.take());
    }
    write(current);
    encoders.close();
    out.write(trailer());
    out.flush();
  }

  @Override
  public void close() {
    finished = true;
    encoders.close();
  }

  private void endSegment() throws IOException {
    Segment full = current;
    if (!isParallel) {
      encoders.encode(full, false);
      write(full);
      current.beginAfter(full);
      return;
    }
    encoders.give(full);
    // The oldest one is written, and its buffers are used again.
    current = encoders.isBusy() ? written(encoders.take()) : new Segment();
    current.beginAfter(full);
  }

  private Segment written(Segment segment) throws IOException {
    write(segment);
    return segment;
  }

  private void write(Segment segment) throws IOException {
    if (!hasHeader) {
      hasHeader = true;
      out.write(HEADER);
    }
    out.write(segment.encoded().bytes(), 0, segment.encoded().size());
  }

  private byte[] trailer() {
    BitSink trailer = new BitSink(2 * Integer.BYTES);
    trailer.put(crc.getValue(), Integer.SIZE);
    trailer.flush();
    trailer.put(total & 0xffffffffL, Integer.SIZE);
    trailer.flush();
    return Arrays.copyOf(trailer.bytes(), trailer.size());
  }
}
