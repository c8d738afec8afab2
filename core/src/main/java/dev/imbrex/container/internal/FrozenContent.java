package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.FileContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a changed file as they were at one moment. It shares the blocks of the file, which
 * are copied before the file changes further; the file system it is of must still be open when it
 * is read. Equal to itself alone.
 */
final class FrozenContent implements FileContent {
  private final List<@Nullable Block> blocks;
  private final long size;
  private final AtomicInteger holders = new AtomicInteger(1);

  /**
   * Takes one ownership of each block.
   *
   * @param blocks the blocks; null for one of zeros
   */
  FrozenContent(List<@Nullable Block> blocks, long size) {
    this.blocks = blocks;
    this.size = size;
    blocks.stream().filter(Objects::nonNull).forEach(Block::retain);
  }

  FrozenContent retain() {
    holders.incrementAndGet();
    return this;
  }

  /** Gives up the content for one holder; after the last it must not be read any more. */
  void release() {
    if (holders.decrementAndGet() == 0) {
      blocks.stream().filter(Objects::nonNull).forEach(Block::release);
    }
  }

  List<@Nullable Block> blocks() {
    return blocks;
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public InputStream open() {
    return new Stream();
  }

  @Override
  public String toString() {
    return "changed file of " + size + " bytes";
  }

  /** Fills the buffer from a place in the file; all of it must lie within the blocks. */
  static void read(List<@Nullable Block> blocks, long position, ByteBuffer into)
      throws IOException {
    int end = into.limit();
    long at = position;
    while (into.position() < end) {
      int index = Math.toIntExact(at / Block.SIZE);
      int offset = (int) (at % Block.SIZE);
      int count = Math.min(end - into.position(), Block.SIZE - offset);
      into.limit(into.position() + count);
      Block block = index < blocks.size() ? blocks.get(index) : null;
      if (block == null) {
        into.put(new byte[count]);
      } else {
        block.read(offset, into);
      }
      into.limit(end);
      at += count;
    }
  }

  private final class Stream extends InputStream {
    private long position;

    @Override
    public int read() throws IOException {
      byte[] single = new byte[1];
      return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      if (length == 0) {
        return 0;
      }
      if (position >= size) {
        return -1;
      }
      int count = (int) Math.min(length, size - position);
      FrozenContent.read(blocks, position, ByteBuffer.wrap(bytes, offset, count));
      position += count;
      return count;
    }

    @Override
    public long skip(long count) {
      long skipped = Math.max(0, Math.min(count, size - position));
      position += skipped;
      return skipped;
    }
  }
}
