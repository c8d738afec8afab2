package dev.imbrex.container.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A piece of a file: in memory, or a slot of the temporary file. It has one owner or more; only a
 * sole owner writes to it, under a lock of its own, so that who shares it may read without one.
 */
final class Block {
  /** The most bytes in a block. */
  static final int SIZE = 1 << 16;

  private static final int SMALLEST = 256;

  private final BlockStore store;
  private final AtomicInteger owners = new AtomicInteger(1);
  private byte @Nullable [] bytes = new byte[0];
  private long slot = -1;

  /** How many bytes have been written; those behind read as zeros. */
  private int length;

  Block(BlockStore store) {
    this.store = store;
  }

  boolean isShared() {
    return owners.get() > 1;
  }

  void retain() {
    owners.incrementAndGet();
  }

  /** Gives up an ownership; the last one to do so frees the room. */
  void release() {
    if (owners.decrementAndGet() == 0) {
      if (bytes != null) {
        store.giveMemoryBack(bytes.length);
        bytes = null;
      } else {
        store.spool().release(slot);
      }
    }
  }

  /** A block of its own with the same bytes, or the first of them. */
  Block copy(int most) throws IOException {
    Block copy = store.allocate();
    ByteBuffer buffer = ByteBuffer.allocate(Math.min(length, most));
    read(0, buffer);
    copy.write(0, buffer.flip());
    return copy;
  }

  /** Fills the buffer from a place in the block. */
  void read(int offset, ByteBuffer into) throws IOException {
    int there = Math.max(0, Math.min(into.remaining(), length - offset));
    if (there > 0) {
      if (bytes != null) {
        into.put(bytes, offset, there);
      } else {
        int limit = into.limit();
        into.limit(into.position() + there);
        store.spool().read(slot, offset, into);
        into.limit(limit);
      }
    }
    into.put(new byte[into.remaining()]);
  }

  /** Writes what is in the buffer to a place in the block, where it must have room. */
  void write(int offset, ByteBuffer from) throws IOException {
    int end = offset + from.remaining();
    makeRoom(end);
    if (bytes != null) {
      if (offset > length) {
        Arrays.fill(bytes, length, offset, (byte) 0);
      }
      from.get(bytes, offset, end - offset);
    } else {
      if (offset > length) {
        store.spool().write(slot, length, ByteBuffer.allocate(offset - length));
      }
      store.spool().write(slot, offset, from);
    }
    length = Math.max(length, end);
  }

  /** Forgets the bytes from a place on. */
  void truncate(int newLength) {
    length = Math.min(length, newLength);
  }

  private void makeRoom(int end) throws IOException {
    if (bytes == null || bytes.length >= end) {
      return;
    }
    int capacity = Math.min(SIZE, Math.max(SMALLEST, Math.max(end, 2 * bytes.length)));
    if (store.takeMemory(capacity - bytes.length)) {
      bytes = Arrays.copyOf(bytes, capacity);
    } else {
      long place = store.spool().allocate();
      try {
        store.spool().write(place, 0, ByteBuffer.wrap(bytes, 0, length));
      } catch (IOException | RuntimeException e) {
        store.spool().release(place);
        throw e;
      }
      store.giveMemoryBack(bytes.length);
      slot = place;
      bytes = null;
    }
  }
}
