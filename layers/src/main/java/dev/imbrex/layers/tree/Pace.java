package dev.imbrex.layers.tree;

import dev.imbrex.layers.progress.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import org.jspecify.annotations.Nullable;

/**
 * Lets work on many entries, or many bytes, be stopped: asks every so often whether to go on, and
 * notices an interruption.
 */
final class Pace implements AutoCloseable {
  /** How many entries are gone through before somebody may object. */
  static final int ENTRIES = 512;

  private final String work;
  private final Progress.@Nullable Task task;
  private int entries;

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

  private void ask(long bytes) throws InterruptedIOException {
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
