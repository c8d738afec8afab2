package dev.imbrex.store;

import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Bytes in memory, in chunks: growing copies nothing, and they may be more than an array holds.
 * Appending belongs to one thread; once nobody appends, many may read.
 */
final class ChunkedBytes {
  // Small content must not cost a whole chunk: the first chunks double up to the full size.
  private static final int FIRST_CHUNK = 512;
  private static final int FULL_CHUNK = 1 << 18;

  private final List<byte[]> chunks = new ArrayList<>();
  private long size;
  private int used;

  long size() {
    return size;
  }

  void append(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    int from = offset;
    int left = length;
    while (left > 0) {
      byte[] last = chunks.isEmpty() ? grow(left) : chunks.get(chunks.size() - 1);
      if (used == last.length) {
        last = grow(left);
      }
      int count = Math.min(left, last.length - used);
      System.arraycopy(bytes, from, last, used, count);
      used += count;
      from += count;
      left -= count;
    }
    size += length;
  }

  /** Gives back the unused end of the last chunk. */
  void trim() {
    if (!chunks.isEmpty()) {
      int last = chunks.size() - 1;
      if (used < chunks.get(last).length) {
        chunks.set(last, Arrays.copyOf(chunks.get(last), used));
      }
    }
  }

  InputStream stream(long offset, long length) {
    return new Reader(offset, Math.min(length, size - offset));
  }

  private byte[] grow(int wanted) {
    int doubled = chunks.isEmpty() ? FIRST_CHUNK : chunks.get(chunks.size() - 1).length * 2;
    byte[] chunk = new byte[Math.min(FULL_CHUNK, Math.max(doubled, wanted))];
    chunks.add(chunk);
    used = 0;
    return chunk;
  }

  private final class Reader extends InputStream {
    private int chunk;
    private int position;
    private long left;

    Reader(long offset, long length) {
      left = length;
      long skip = offset;
      while (chunk < chunks.size() && skip >= chunks.get(chunk).length) {
        skip -= chunks.get(chunk++).length;
      }
      position = (int) skip;
    }

    @Override
    public int read() {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) {
      Objects.checkFromIndexSize(offset, length, target.length);
      if (length == 0) {
        return 0;
      }
      if (left <= 0) {
        return -1;
      }
      byte[] source = chunks.get(chunk);
      int count = (int) Math.min(Math.min(length, left), source.length - position);
      System.arraycopy(source, position, target, offset, count);
      position += count;
      left -= count;
      if (position == source.length) {
        chunk++;
        position = 0;
      }
      return count;
    }

    @Override
    public int available() {
      return (int) Math.min(Integer.MAX_VALUE, left);
    }
  }
}
