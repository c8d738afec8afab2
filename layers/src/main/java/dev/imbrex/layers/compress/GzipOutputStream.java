package dev.imbrex.layers.compress;

import static java.util.Objects.checkFromIndexSize;

import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32;

/**
 * Writes one gzip member with a constant header: no name, no time, an unknown operating system
 * (LC-D12). What is compressed is cut into segments of constant size, so that the bytes do not
 * depend on how they were written, nor on the JDK's zlib (LC-D13).
 */
final class GzipOutputStream extends CompressingOutputStream {
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final int DICTIONARY = MatchFinder.WINDOW;
  private static final int SEGMENT = 1 << 18;

  private final OutputStream out;
  private final DeflateEncoder encoder;
  private final CRC32 crc = new CRC32();
  private final BitSink compressed = new BitSink(SEGMENT);

  /** The end of the last segment, then the one being filled. */
  private final byte[] buffer = new byte[DICTIONARY + SEGMENT + DeflateEncoder.SLACK];

  private int begin;
  private int end;
  private long total;
  private boolean finished;

  GzipOutputStream(OutputStream out, int level) {
    this.out = out;
    encoder = new DeflateEncoder(level);
    compressed.copy(HEADER, 0, HEADER.length);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    checkFromIndexSize(offset, length, bytes.length);
    if (finished) {
      throw new IllegalStateException("The stream is finished");
    }
    crc.update(bytes, offset, length);
    total += length;
    int from = offset;
    int left = length;
    while (left > 0) {
      if (end - begin == SEGMENT) {
        endSegment();
      }
      int taken = Math.min(left, begin + SEGMENT - end);
      System.arraycopy(bytes, from, buffer, end, taken);
      end += taken;
      from += taken;
      left -= taken;
    }
  }

  @Override
  public void finish() throws IOException {
    if (finished) {
      return;
    }
    finished = true;
    encoder.encode(buffer, begin, end, true, compressed);
    compressed.reserve(2 * Integer.BYTES);
    compressed.put(crc.getValue(), Integer.SIZE);
    compressed.flush();
    compressed.put(total & 0xffffffffL, Integer.SIZE);
    compressed.flush();
    drain();
    out.flush();
  }

  @Override
  public void close() {
    finished = true;
  }

  /** Encodes what there is, and keeps the end of it as dictionary of what comes. */
  private void endSegment() throws IOException {
    encoder.encode(buffer, begin, end, false, compressed);
    drain();
    System.arraycopy(buffer, end - DICTIONARY, buffer, 0, DICTIONARY);
    begin = DICTIONARY;
    end = DICTIONARY;
  }

  private void drain() throws IOException {
    out.write(compressed.bytes(), 0, compressed.size());
    compressed.clear();
  }
}
