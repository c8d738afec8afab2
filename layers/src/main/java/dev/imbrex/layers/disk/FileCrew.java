package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.threads.Interruption;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Writes files by several threads. The thread of the caller reads the contents of small files, and
 * hands them over in batches; what nobody takes it writes itself, as it does large files. So while
 * contents have to be inflated others write, and where writing is the slower part all do.
 *
 * <p>Losses are reported on the thread of the caller, in the order of the files. The first failure,
 * in that order as well, ends it all. Closing it ends the threads and waits until they have ended.
 */
final class FileCrew implements FileTarget {
  /** Makes a writer for a thread. */
  interface Writers {
    FileWriter make() throws IOException;
  }

  private static final byte[] NONE = {};

  /** So many for each thread; before there are more, the first has to be done. */
  private static final int MOST_BEGUN = 8;

  private final Losses losses;
  private final BlockingQueue<FileBatch> offered;
  private final Deque<FileBatch> begun = new ArrayDeque<>();

  /** Room for what is read, of batches that are written. */
  private final Queue<byte[]> idle = new ConcurrentLinkedQueue<>();

  private final List<FileWriter> writers = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();
  private FileBatch read = new FileBatch(new byte[FileBatch.BYTES]);
  private FileBatch lying = new FileBatch(NONE);
  private volatile boolean stopped;

  /**
   * Prepares so many writers; the first is for the caller.
   *
   * @param parallelism at least 2
   */
  FileCrew(Writers making, int parallelism, Losses losses) throws IOException {
    this.losses = losses;
    this.offered = new ArrayBlockingQueue<>(2 * parallelism);
    try {
      for (int i = 0; i < parallelism; i++) {
        writers.add(making.make());
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  @Override
  public void write(PendingContents.Waiting waiting, InputStream data) throws IOException {
    if (waiting.file().content().size() >= FileBatch.BYTES / 2) {
      writeLarge(waiting, data);
      return;
    }
    if (read.isFullFor(waiting)) {
      offerRead();
    }
    read.add(waiting, data);
  }

  @Override
  public void open(PendingContents.Waiting waiting) throws IOException {
    if (lying.isFullFor(waiting)) {
      offerLying();
    }
    lying.add(waiting);
  }

  private void writeLarge(PendingContents.Waiting waiting, InputStream data) throws IOException {
    FileWriter own = writers.get(0);
    if (waiting.early() != null) {
      // What there is to report of it waits there, so it need not keep its place among the others.
      own.write(waiting, data);
      return;
    }
    if (!read.isEmpty()) {
      offerRead();
    }
    own.write(waiting, data);
    FileBatch written = new FileBatch(NONE);
    // It is empty, so that it brings nothing but the reports.
    written.writeTo(own, () -> false);
    begun.add(written);
    settle(false);
  }

  private void offerRead() throws IOException {
    offer(read);
    byte[] bytes = idle.poll();
    read = new FileBatch(bytes == null ? new byte[FileBatch.BYTES] : bytes);
  }

  private void offerLying() throws IOException {
    offer(lying);
    lying = new FileBatch(NONE);
  }

  private void offer(FileBatch batch) throws IOException {
    startThreads();
    begun.add(batch);
    if (!offered.offer(batch)) {
      write(batch, writers.get(0));
    }
    settle(false);
  }

  private void write(FileBatch batch, FileWriter writer) {
    batch.writeTo(writer, () -> stopped);
    // Not only when it is its turn to be reported: many may wait for one that takes long.
    if (batch.bytes().length > 0) {
      idle.add(batch.bytes());
    }
  }

  /** Reports what is done, in the order in which it began; all of it, if it is the end. */
  private void settle(boolean isEnd) throws IOException {
    while (!begun.isEmpty()
        && (isEnd || begun.element().isDone() || begun.size() > MOST_BEGUN * writers.size())) {
      FileBatch first = begun.remove();
      for (DeferredLosses.Report report : first.reports()) {
        report.to(losses);
      }
    }
  }

  /** Writes what is left, and waits until all is written. */
  @Override
  public void finish() throws IOException {
    if (!read.isEmpty()) {
      offerRead();
    }
    if (!lying.isEmpty()) {
      offerLying();
    }
    for (FileBatch batch = offered.poll(); batch != null; batch = offered.poll()) {
      write(batch, writers.get(0));
      settle(false);
    }
    settle(true);
  }

  private void startThreads() {
    if (!threads.isEmpty()) {
      return;
    }
    for (FileWriter writer : writers.subList(1, writers.size())) {
      Thread thread = new Thread(() -> work(writer), "imbrex-write");
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void work(FileWriter writer) {
    while (!stopped) {
      try {
        write(offered.take(), writer);
      } catch (InterruptedException e) {
        // A content may have interrupted this thread with its last byte, and files wait for it.
        if (stopped) {
          return;
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    stopped = true;
    threads.forEach(Thread::interrupt);
    // They are at a file at most.
    Interruption.join(threads, () -> {});
    IOException failure = null;
    for (FileWriter writer : writers) {
      try {
        writer.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
