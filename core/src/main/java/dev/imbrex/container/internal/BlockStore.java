package dev.imbrex.container.internal;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Room for the bytes of changed files: in memory up to a limit, beyond it in a temporary file. Safe
 * for use by many threads.
 */
final class BlockStore implements Closeable {
  private final long memoryLimit;
  private final AtomicLong memory = new AtomicLong();
  private final SpoolFile spool;

  BlockStore(long memoryLimit, @Nullable Path directory) {
    this.memoryLimit = memoryLimit;
    this.spool = new SpoolFile(directory, Block.SIZE);
  }

  /** A new block without bytes. */
  Block allocate() {
    return new Block(this);
  }

  /** Takes so much memory, if the limit leaves it. */
  boolean takeMemory(int bytes) {
    if (memory.addAndGet(bytes) <= memoryLimit) {
      return true;
    }
    memory.addAndGet(-bytes);
    return false;
  }

  void giveMemoryBack(int bytes) {
    memory.addAndGet(-bytes);
  }

  SpoolFile spool() {
    return spool;
  }

  /** The bytes in use, of memory and of the file. */
  long used() {
    return memory.get() + spool.used() * Block.SIZE;
  }

  @Override
  public void close() throws IOException {
    spool.close();
  }
}
