package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.threads.Interruption;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a directory on several threads, that of the caller among them. Each goes down first,
 * and gives away half of what it has put off, the outermost, when another has nothing to do.
 *
 * <p>If some directories cannot be read, all before the first of them in the order of paths have
 * been read, so that it is the one that is told of, as it would be on one thread.
 */
final class ScanCrew {
  /** How many directories have to be put off before it is worth threads. */
  private static final int MANY = 8;

  /** Reads directories, on one thread. */
  interface Reader extends AutoCloseable {
    /** Reads one, and leaves those below in it. */
    void read(ScannedFolder folder) throws IOException;

    @Override
    void close() throws IOException;
  }

  /** Makes the reader of a thread. */
  interface Readers {
    Reader open() throws IOException;
  }

  private final Readers readers;
  private final int parallelism;
  private final List<Thread> threads = new ArrayList<>();
  private final Deque<ScannedFolder> shared = new ArrayDeque<>();

  /** How many directories are known, and not done with. */
  private final AtomicInteger pending = new AtomicInteger();

  /** How many threads wait; a hint, to those who look without the lock. */
  private volatile int waiting;

  /** The first directory that could not be read; the root if all are to stop. */
  private volatile @Nullable TreePath failed;

  /** What stops all, whichever directory it came from. */
  private @Nullable Throwable stop;

  private ScanCrew(Readers readers, int parallelism) {
    this.readers = readers;
    this.parallelism = parallelism;
  }

  /**
   * Reads a directory and all below it; the threads have ended when this returns, or fails. What
   * keeps a single directory from being read is left in it.
   *
   * @param parallelism how many threads read at most, that of the caller among them
   */
  static void read(ScannedFolder root, Readers readers, int parallelism) throws IOException {
    ScanCrew crew = new ScanCrew(readers, parallelism);
    crew.pending.set(1);
    crew.shared.add(root);
    try {
      crew.work();
    } finally {
      // The directories that are left are passed over.
      Interruption.join(crew.threads, () -> crew.stop(interrupted()));
    }
    crew.rethrow();
  }

  private void work() {
    Deque<ScannedFolder> own = new ArrayDeque<>();
    try (Reader reader = readers.open()) {
      for (ScannedFolder next = take(own); next != null; next = take(own)) {
        read(reader, next);
        for (int i = next.folders.size() - 1; i >= 0; i--) {
          own.push(next.folders.get(i));
        }
        share(own);
        finish(next);
      }
    } catch (Throwable e) {
      stop(e);
    }
  }

  private void read(Reader reader, ScannedFolder folder) {
    TreePath until = failed;
    if (until != null && folder.path.compareTo(until) >= 0) {
      return;
    }
    try {
      reader.read(folder);
    } catch (IOException e) {
      if (Interruption.isIn(e)) {
        stop(e);
      } else {
        fail(folder, e);
      }
    } catch (Throwable e) {
      stop(e);
    }
  }

  /** The next directory of this thread, or one that another gives away; null if there are none. */
  private @Nullable ScannedFolder take(Deque<ScannedFolder> own) throws InterruptedIOException {
    if (!own.isEmpty()) {
      return own.pop();
    }
    synchronized (this) {
      waiting++;
      try {
        while (shared.isEmpty() && pending.get() > 0 && stop == null) {
          wait();
        }
        return stop == null ? shared.poll() : null;
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw interrupted();
      } finally {
        waiting--;
      }
    }
  }

  private void share(Deque<ScannedFolder> own) {
    boolean isFirst = threads.isEmpty() && parallelism > 1 && own.size() >= MANY;
    if (own.size() < 2 || (waiting == 0 && !isFirst)) {
      return;
    }
    synchronized (this) {
      for (int i = own.size() / 2; i > 0; i--) {
        shared.add(own.removeLast());
      }
      if (isFirst) {
        start();
      }
      notifyAll();
    }
  }

  /** Called by the thread of the caller, which is alone until then. */
  private void start() {
    for (int i = 1; i < parallelism; i++) {
      Thread thread = new Thread(this::work, "imbrex-scan");
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  private void finish(ScannedFolder folder) {
    if (pending.addAndGet(folder.folders.size() - 1) == 0) {
      synchronized (this) {
        notifyAll();
      }
    }
  }

  private synchronized void fail(ScannedFolder folder, IOException e) {
    folder.failure = e;
    TreePath until = failed;
    if (until == null || folder.path.compareTo(until) < 0) {
      failed = folder.path;
    }
  }

  /** What is not about a directory ends the work of all; the directories left are passed over. */
  private synchronized void stop(Throwable e) {
    if (stop == null) {
      stop = e;
      failed = TreePath.root();
      notifyAll();
    }
  }

  private static InterruptedIOException interrupted() {
    return new InterruptedIOException("interrupted while scanning a directory");
  }

  private synchronized void rethrow() throws IOException {
    Interruption.rethrow(stop);
  }
}
