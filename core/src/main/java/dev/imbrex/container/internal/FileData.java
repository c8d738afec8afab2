package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.FileContent;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a regular file. They are those of the image until the first change, which copies
 * them up; an image's file that is emptied is not copied. Safe for use by many threads: a write is
 * seen whole or not at all.
 */
final class FileData {
  private static final int BUFFER = 1 << 16;

  /** The greatest size of a file: as many blocks as a list holds. */
  static final long MAX_SIZE = (long) Block.SIZE * (Integer.MAX_VALUE - 16);

  private final BlockStore store;
  private final LowerContents lowers;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();

  /** What the bytes are as long as they have not changed. */
  private @Nullable FileContent lower;

  private final List<@Nullable Block> blocks = new ArrayList<>();
  private @Nullable FrozenContent frozen;
  private long size;
  private long version;

  /** A file with the bytes of this content; of a frozen one it takes over a hold. */
  FileData(BlockStore store, LowerContents lowers, @Nullable FileContent lower) {
    this.store = store;
    this.lowers = lowers;
    this.lower = lower;
    this.size = lower == null ? 0 : lower.size();
  }

  long size() {
    lock.readLock().lock();
    try {
      return size;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** A number that is another one after each change of the bytes. */
  long version() {
    lock.readLock().lock();
    try {
      return version;
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Whether the bytes are those of this content still. */
  boolean isStill(FileContent content) {
    lock.readLock().lock();
    try {
      return content.equals(lower);
    } finally {
      lock.readLock().unlock();
    }
  }

  /**
   * Reads at a position into the buffer.
   *
   * @param cursor the place of this reader in the file of the image
   * @return how many bytes, or -1 at the end of the file
   */
  int read(LowerCursor cursor, ByteBuffer into, long position) throws IOException {
    FileContent content;
    lock.readLock().lock();
    try {
      if (!into.hasRemaining()) {
        return 0;
      }
      if (position >= size) {
        return -1;
      }
      if (lower == null) {
        return read(blocks, into, position);
      }
      if (lower instanceof FrozenContent shared) {
        // Under the lock, as its blocks may be freed once a change has copied it up.
        return read(shared.blocks(), into, position);
      }
      content = lower;
    } finally {
      lock.readLock().unlock();
    }
    return cursor.read(content, into, position);
  }

  private int read(List<@Nullable Block> from, ByteBuffer into, long position) throws IOException {
    int limit = into.limit();
    int count = (int) Math.min(into.remaining(), size - position);
    into.limit(into.position() + count);
    FrozenContent.read(from, position, into);
    into.limit(limit);
    return count;
  }

  /** Writes at a position; what lies between the end and it becomes zeros. */
  int write(ByteBuffer from, long position) throws IOException {
    lock.writeLock().lock();
    try {
      return writeLocked(from, position);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Writes at the end, and says where that is then. */
  long append(ByteBuffer from) throws IOException {
    lock.writeLock().lock();
    try {
      writeLocked(from, size);
      return size;
    } finally {
      lock.writeLock().unlock();
    }
  }

  private int writeLocked(ByteBuffer from, long position) throws IOException {
    int count = from.remaining();
    if (count == 0) {
      return 0;
    }
    if (position > MAX_SIZE - count) {
      throw new FileSystemException(null, null, "File too large");
    }
    copyUp(size);
    changed();
    put(from, position);
    return count;
  }

  /** Sets the size, if it is smaller than what it was. */
  boolean truncate(long newSize) throws IOException {
    lock.writeLock().lock();
    try {
      if (newSize >= size) {
        return false;
      }
      copyUp(newSize);
      changed();
      int kept = Math.toIntExact((newSize + Block.SIZE - 1) / Block.SIZE);
      while (blocks.size() > kept) {
        Block gone = blocks.remove(blocks.size() - 1);
        if (gone != null) {
          gone.release();
        }
      }
      int rest = (int) (newSize % Block.SIZE);
      if (rest > 0 && kept == blocks.size() && blocks.get(kept - 1) != null) {
        writable(kept - 1, rest).truncate(rest);
      }
      size = newSize;
      return true;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * The bytes as they are now, for as long as the file system is open.
   *
   * @param taker is given what it has to release when it needs the bytes no more
   */
  FileContent freeze(Consumer<FrozenContent> taker) {
    lock.writeLock().lock();
    try {
      if (lower != null) {
        if (lower instanceof FrozenContent shared) {
          taker.accept(shared.retain());
        }
        return lower;
      }
      FrozenContent now = frozen;
      if (now == null) {
        now = new FrozenContent(new ArrayList<>(blocks), size);
        frozen = now;
      }
      taker.accept(now.retain());
      return now;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Frees the room; the file has neither a name nor a reader any more. */
  void release() {
    lock.writeLock().lock();
    try {
      forgetLower();
      forgetFrozen();
      for (Block block : blocks) {
        if (block != null) {
          block.release();
        }
      }
      blocks.clear();
      size = 0;
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Makes the first bytes of the image's file our own. */
  private void copyUp(long count) throws IOException {
    FileContent content = lower;
    if (content == null) {
      return;
    }
    if (content instanceof FrozenContent shared) {
      shared.blocks().forEach(this::share);
    } else if (count > 0) {
      copy(content, count);
    }
    forgetLower();
  }

  private void share(@Nullable Block block) {
    if (block != null) {
      block.retain();
    }
    blocks.add(block);
  }

  private void copy(FileContent content, long count) throws IOException {
    boolean complete = false;
    try (InputStream in = lowers.open(content)) {
      byte[] buffer = new byte[BUFFER];
      long position = 0;
      while (position < count) {
        int read = in.readNBytes(buffer, 0, (int) Math.min(BUFFER, count - position));
        if (read == 0) {
          throw new EOFException(content + " ended after " + position + " bytes");
        }
        put(ByteBuffer.wrap(buffer, 0, read), position);
        position += read;
      }
      complete = true;
    } finally {
      if (!complete) {
        blocks.stream().filter(block -> block != null).forEach(Block::release);
        blocks.clear();
      }
      size = content.size();
    }
  }

  private void put(ByteBuffer from, long position) throws IOException {
    int end = from.limit();
    long at = position;
    try {
      while (from.position() < end) {
        int index = Math.toIntExact(at / Block.SIZE);
        int offset = (int) (at % Block.SIZE);
        int count = Math.min(end - from.position(), Block.SIZE - offset);
        from.limit(from.position() + count);
        writable(index, Block.SIZE).write(offset, from);
        at += count;
        size = Math.max(size, at);
      }
    } finally {
      from.limit(end);
    }
  }

  /** The block at an index, for this file alone. */
  private Block writable(int index, int mostOfIt) throws IOException {
    while (blocks.size() <= index) {
      blocks.add(null);
    }
    Block block = blocks.get(index);
    if (block == null) {
      block = store.allocate();
      blocks.set(index, block);
    } else if (block.isShared()) {
      Block copy = block.copy(mostOfIt);
      block.release();
      block = copy;
      blocks.set(index, block);
    }
    return block;
  }

  private void changed() {
    version++;
    forgetFrozen();
  }

  private void forgetFrozen() {
    if (frozen != null) {
      frozen.release();
      frozen = null;
    }
  }

  private void forgetLower() {
    if (lower instanceof FrozenContent shared) {
      shared.release();
    }
    lower = null;
  }
}
