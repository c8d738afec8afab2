package dev.imbrex.layers.compress;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * A place between two blocks of deflated data at which decompression can begin: where it lies in
 * both forms, the bits that come before the next whole byte, and the window, which later matches
 * refer to. Safe for use by many threads.
 */
public final class Checkpoint {
  private final long storedOffset;
  private final long offset;
  private final int bits;
  private final int bitCount;
  private final byte[] window;
  private final int windowLength;

  private Checkpoint(
      long storedOffset, long offset, int bits, int bitCount, byte[] window, int windowLength) {
    this.storedOffset = storedOffset;
    this.offset = offset;
    this.bits = bits;
    this.bitCount = bitCount;
    this.window = window;
    this.windowLength = windowLength;
  }

  /** A place whose window is kept as it is, a copy of what stands in an array up to an end. */
  static Checkpoint at(
      long storedOffset,
      long offset,
      int bits,
      int bitCount,
      byte[] made,
      int windowLength,
      int end) {
    byte[] window = Arrays.copyOfRange(made, end - windowLength, end);
    return new Checkpoint(storedOffset, offset, bits, bitCount, window, windowLength);
  }

  /** The first of the stored bytes that are needed to go on from here. */
  public long storedOffset() {
    return storedOffset;
  }

  /** How many uncompressed bytes lie before. */
  public long offset() {
    return offset;
  }

  int bits() {
    return bits;
  }

  int bitCount() {
    return bitCount;
  }

  /** The same place, in less memory. */
  Checkpoint compact(Deflater deflater) {
    byte[] buffer = new byte[windowLength];
    deflater.reset();
    deflater.setInput(window);
    deflater.finish();
    int length = deflater.deflate(buffer);
    return deflater.finished() && length < windowLength
        ? new Checkpoint(
            storedOffset, offset, bits, bitCount, Arrays.copyOf(buffer, length), windowLength)
        : this;
  }

  /** Writes the window to the beginning of an array, and tells how long it is. */
  int restoreWindow(byte[] target) {
    if (window.length == windowLength) {
      System.arraycopy(window, 0, target, 0, windowLength);
      return windowLength;
    }
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(window);
      return inflater.inflate(target, 0, windowLength);
    } catch (DataFormatException e) {
      throw new AssertionError("We deflated it", e);
    } finally {
      inflater.end();
    }
  }

  /** Both places, for messages. */
  @Override
  public String toString() {
    return "checkpoint at " + offset + ", stored at " + storedOffset;
  }
}
