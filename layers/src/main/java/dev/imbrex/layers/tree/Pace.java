package dev.imbrex.layers.tree;

import dev.imbrex.layers.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * Lets work on many entries, or many bytes, be stopped: asks every so often whether to go on, and
 * notices an interruption. Several threads may read at one pace.
 */
final class Pace implements AutoCloseable {
  /** How many entries are gone through before somebody may object. */
  static final int ENTRIES = 512;

  private final String work;
  private final Progress.@Nullable Task task;
  private int entries;
  private volatile boolean stopped;

  private Pace(String work, Progress.@Nullable Task task) {
    this.work = work;
    this.task = task;
  }

  /** Begins work that reads nothing. */
  static Pace start(String work, Progress progress) {
    return start(work, 0, progress);
  }

  /**
   * Begins work.
   *
   * @param bytes how many bytes there are to read; -1 if nobody knows
   */
  static Pace start(String work, long bytes, Progress progress) {
    return new Pace(work, progress.start(work, bytes));
  }

  /** Nobody is asked, and an interruption is not noticed. */
  static Pace unasked() {
    return new Pace("", null);
  }

  /**
   * One entry more is done.
   *
   * @throws InterruptedIOException if the thread is interrupted, which it stays
   */
  void step() throws InterruptedIOException {
    if (++entries % ENTRIES == 0) {
      ask(0);
    }
  }

  /** Reads a block, as {@link InputStream#readNBytes(byte[], int, int)}, and tells of it. */
  int read(InputStream in, byte[] block) throws IOException {
    int count = in.readNBytes(block, 0, block.length);
    ask(count);
    return count;
  }

  /** Reads until a block is full or there is no more, and tells of it. */
  int read(ReadableByteChannel in, ByteBuffer block) throws IOException {
    block.clear();
    while (block.hasRemaining() && in.read(block) >= 0) {
      // A channel gives what it has.
    }
    ask(block.position());
    return block.position();
  }

  /** Lets all threads that read at this pace fail. */
  void stop() {
    stopped = true;
  }

  private void ask(long bytes) throws InterruptedIOException {
    if (stopped) {
      throw new InterruptedIOException("Stopped: " + work);
    }
    if (task == null) {
      return;
    }
    task.advance(bytes);
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted: " + work);
    }
  }

  @Override
  public void close() {
    if (task != null) {
      task.close();
    }
  }
}
