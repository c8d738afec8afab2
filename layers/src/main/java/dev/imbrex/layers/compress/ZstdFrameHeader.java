package dev.imbrex.layers.compress;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** What the header of a zstd frame says (RFC 8878, 3.1.1.1). */
final class ZstdFrameHeader {
  /** How many bytes it has at most, those that mark a frame included. */
  static final int GREATEST_SIZE = 18;

  private static final int MAGIC = 0xFD2FB528;
  private static final int SINGLE_SEGMENT = 0x20;
  private static final int DICTIONARY_SIZE = 3;
  private static final int SMALLEST_WINDOW_LOG = 10;

  private ZstdFrameHeader() {}

  /**
   * How many bytes the decoder of a frame must keep, up to 2^63 - 1; 0 if it is no frame, or a
   * skippable one, or its header is not all there.
   *
   * @param bytes the first bytes of the frame, from the position on
   */
  static long windowSize(ByteBuffer bytes) {
    ByteBuffer header = bytes.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    if (header.remaining() < 6 || header.getInt() != MAGIC) {
      return 0;
    }
    int descriptor = header.get() & 0xff;
    if ((descriptor & SINGLE_SEGMENT) == 0) {
      int window = header.get() & 0xff;
      long base = 1L << (SMALLEST_WINDOW_LOG + (window >> 3));
      return base + base / 8 * (window & 7);
    }
    int dictionary = descriptor & DICTIONARY_SIZE;
    int skipped = dictionary == DICTIONARY_SIZE ? 4 : dictionary;
    int size = 1 << (descriptor >> 6);
    if (header.remaining() < skipped + size) {
      return 0;
    }
    header.position(header.position() + skipped);
    return switch (size) {
      case 1 -> header.get() & 0xff;
      case 2 -> 256 + (header.getShort() & 0xffff);
      case 4 -> header.getInt() & 0xffffffffL;
      // As an unsigned number it may have all bits.
      default -> header.getLong() & Long.MAX_VALUE;
    };
  }
}
