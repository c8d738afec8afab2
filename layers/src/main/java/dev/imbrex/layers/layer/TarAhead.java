package dev.imbrex.layers.layer;

import dev.imbrex.layers.internal.threads.FilledBlock;
import dev.imbrex.layers.internal.threads.Interruption;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.LayerEntry;
import java.io.IOException;
import java.util.Collection;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads contents and makes the tar on a thread of its own, some blocks ahead of the caller's, which
 * gives the blocks to a sink. For one run.
 */
final class TarAhead implements BlockSink {
  /** How many blocks are on the way. */
  private static final int BLOCKS = 4;

  private final TarWriter tar;
  private final BlockSink sink;
  private final Progress.Task task;
  private final BlockingQueue<FilledBlock> filled = new LinkedBlockingQueue<>();
  private final BlockingQueue<byte[]> empty = new LinkedBlockingQueue<>();
  private @Nullable Throwable failure;

  /**
   * Prepares a run.
   *
   * @param sink takes the blocks on the thread of the caller
   */
  TarAhead(TarWriter tar, BlockSink sink, Progress.Task task) {
    this.tar = tar;
    this.sink = sink;
    this.task = task;
    for (int i = 1; i < BLOCKS; i++) {
      empty.add(new byte[BLOCK]);
    }
  }

  /**
   * Writes the entries. All of the tar that was made has been given to the sink when this returns,
   * or fails because of an entry; the thread has ended in any case.
   */
  void write(Collection<? extends LayerEntry> entries) throws IOException {
    Thread thread = new Thread(() -> make(entries), "imbrex-read");
    thread.setDaemon(true);
    thread.start();
    boolean isComplete = false;
    try {
      for (FilledBlock next = filled.take(); next != FilledBlock.END; next = filled.take()) {
        empty.add(sink.give(next.bytes(), next.length()));
      }
      isComplete = true;
    } catch (InterruptedException e) {
      throw Interruption.restored();
    } finally {
      if (!isComplete) {
        thread.interrupt();
      }
      Interruption.join(thread);
      if (!isComplete) {
        tar.abandon();
      }
    }
    Interruption.rethrow(failure);
  }

  private void make(Collection<? extends LayerEntry> entries) {
    try {
      for (LayerEntry entry : entries) {
        tar.add(entry, task);
        task.advance(0);
      }
    } catch (Throwable e) {
      failure = e;
    } finally {
      filled.add(FilledBlock.END);
    }
  }

  @Override
  public byte[] give(byte[] block, int length) throws IOException {
    filled.add(new FilledBlock(block, length));
    try {
      return empty.take();
    } catch (InterruptedException e) {
      throw Interruption.restored();
    }
  }

  @Override
  public void flush() {
    throw new IllegalStateException("The end of a tar is written by the caller");
  }
}
