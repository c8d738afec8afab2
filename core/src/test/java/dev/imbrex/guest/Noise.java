package dev.imbrex.guest;

import dev.imbrex.layers.layer.Content;
import java.io.InputStream;
import java.nio.ByteBuffer;

/** Bytes that nothing compresses, made as they are read. */
final class Noise extends InputStream {
  private long state;
  private long left;

  /** What was made and not read yet: so many bytes, the lowest first. */
  private long word;

  private int wordBytes;

  private Noise(long seed, long size) {
    this.state = seed;
    this.left = size;
  }

  /** So many of them, the same each time they are opened. */
  static Content content(long seed, long size) {
    return Content.stream(size, () -> new Noise(seed, size));
  }

  @Override
  public int read() {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) {
    int count = (int) Math.min(left, length);
    if (length > 0 && count == 0) {
      return -1;
    }
    ByteBuffer into = ByteBuffer.wrap(bytes, offset, count);
    while (into.hasRemaining()) {
      if (wordBytes == 0 && into.remaining() >= Long.BYTES) {
        into.putLong(Long.reverseBytes(next()));
      } else {
        putByte(into);
      }
    }
    left -= count;
    return count;
  }

  private void putByte(ByteBuffer into) {
    if (wordBytes == 0) {
      word = next();
      wordBytes = Long.BYTES;
    }
    into.put((byte) word);
    word >>>= Byte.SIZE;
    wordBytes--;
  }

  /** The generator SplitMix64. */
  private long next() {
    state += 0x9e3779b97f4a7c15L;
    long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return z ^ (z >>> 31);
  }
}
