package dev.imbrex.image.internal.progress;

import dev.imbrex.layers.progress.Progress;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Tells a task of each block that is read. Reading is for one thread. */
public final class MeteredInput extends FilterInputStream {
  private static final int BLOCK = 1 << 18;

  private Progress.@Nullable Task task;
  private long untold;

  /** Reads from this stream, and closes it. What is read is told when there is a task for it. */
  public MeteredInput(InputStream in) {
    super(in);
  }

  /** Reads from this stream, and closes it. The task is not closed. */
  public MeteredInput(InputStream in, Progress.Task task) {
    super(in);
    this.task = task;
  }

  @Override
  public int read() throws IOException {
    int read = in.read();
    tell(read < 0 ? -1 : 1);
    return read;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    int read = in.read(bytes, offset, length);
    tell(read);
    return read;
  }

  /** Tells this task what was read so far, and what is read from now on. It is not closed. */
  public synchronized void tell(Progress.Task task) {
    this.task = task;
    tellNow();
  }

  /** What is skipped has to be told as well, so it is read. */
  @Override
  public long skip(long count) throws IOException {
    byte[] block = new byte[(int) Math.min(count, 1 << 13)];
    return count <= 0 ? 0 : Math.max(0, read(block, 0, block.length));
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private synchronized void tell(int read) {
    untold += Math.max(0, read);
    if (untold >= BLOCK || (read < 0 && untold > 0)) {
      tellNow();
    }
  }

  private void tellNow() {
    if (task != null) {
      long told = untold;
      untold = 0;
      task.advance(told);
    }
  }
}
