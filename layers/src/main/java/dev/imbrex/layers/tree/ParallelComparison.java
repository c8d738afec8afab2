package dev.imbrex.layers.tree;

import dev.imbrex.layers.internal.threads.Interruption;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Compares pairs of contents on several threads, that of the caller among them. Threads take pairs
 * in their order, some at a time, for neighbours often lie in one directory. So if some cannot be
 * read, the first of them is the one that is told of, as it would be on one thread.
 */
final class ParallelComparison {
  private static final int RUN = 16;

  /** Two contents, and whether they have the same bytes once that is known. */
  static final class Pair {
    final FileContent a;
    final FileContent b;
    boolean areEqual;

    Pair(FileContent a, FileContent b) {
      this.a = a;
      this.b = b;
    }
  }

  private final List<Pair> pairs;
  private final Pace pace;
  private final AtomicInteger next = new AtomicInteger();

  /** The first pair that could not be compared. */
  private volatile int failed = Integer.MAX_VALUE;

  private @Nullable Throwable failure;
  private boolean isStopped;

  private ParallelComparison(List<Pair> pairs, Pace pace) {
    this.pairs = pairs;
    this.pace = pace;
  }

  /** Compares all, and returns when the threads have ended. */
  static void of(List<Pair> pairs, Pace pace, int parallelism) throws IOException {
    ParallelComparison comparison = new ParallelComparison(pairs, pace);
    List<Thread> threads = new ArrayList<>();
    for (int i = 1; i < Math.min(parallelism, pairs.size() / RUN + 1); i++) {
      Thread thread = new Thread(comparison::work, "imbrex-compare");
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    comparison.work();
    if (Thread.currentThread().isInterrupted()) {
      pace.stop();
    }
    Interruption.join(threads, pace::stop);
    comparison.rethrow();
  }

  private void work() {
    int index = 0;
    try (BytesComparison bytes = new BytesComparison(pace, Long.MAX_VALUE)) {
      for (int from = next.getAndAdd(RUN); from < pairs.size(); from = next.getAndAdd(RUN)) {
        for (index = from; index < Math.min(from + RUN, pairs.size()); index++) {
          if (index > failed) {
            return;
          }
          Pair pair = pairs.get(index);
          pair.areEqual = bytes.areEqual(pair.a, pair.b);
        }
      }
    } catch (Throwable e) {
      fail(index, e);
    }
  }

  /** Who wants to stop waits for nobody; a file that cannot be read, for those before it. */
  private synchronized void fail(int index, Throwable e) {
    if (isStopped) {
      return;
    }
    isStopped = !(e instanceof IOException) || Interruption.isIn(e);
    if (isStopped) {
      pace.stop();
    }
    if (isStopped || index < failed) {
      failed = isStopped ? -1 : index;
      failure = e;
    }
  }

  private synchronized void rethrow() throws IOException {
    Interruption.rethrow(failure);
  }
}
