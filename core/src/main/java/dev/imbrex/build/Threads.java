package dev.imbrex.build;

import dev.imbrex.layers.internal.threads.Interruption;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Does jobs on threads that have ended when it returns. */
final class Threads {
  private Threads() {}

  /**
   * Does all jobs, begun in this order. The first failure, in this order, interrupts the others and
   * reaches the caller; so does an interruption of the caller.
   *
   * @param parallelism how many at a time; with 1, all on the caller's thread
   */
  static <T> List<T> run(List<? extends Callable<T>> jobs, int parallelism) throws IOException {
    int count = Math.min(parallelism, jobs.size());
    Queue<Thread> started = new ConcurrentLinkedQueue<>();
    ExecutorService threads =
        count > 1
            ? Executors.newFixedThreadPool(
                count,
                work -> {
                  Thread thread = new Thread(work, "imbrex-build");
                  thread.setDaemon(true);
                  started.add(thread);
                  return thread;
                })
            : null;
    List<Future<T>> futures = new ArrayList<>();
    List<T> results = new ArrayList<>();
    try {
      for (Callable<T> job : jobs) {
        if (threads == null) {
          results.add(call(job));
        } else {
          futures.add(threads.submit(job));
        }
      }
      for (Future<T> future : futures) {
        results.add(get(future));
      }
      return results;
    } finally {
      if (threads != null) {
        threads.shutdownNow();
        // An executor that has terminated may have some that still end.
        Interruption.join(started, () -> {});
      }
    }
  }

  /** What somebody else computes; how that failed is thrown as it is. */
  static <T> T get(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("The build is interrupted");
      interrupted.initCause(e);
      throw interrupted;
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  private static <T> T call(Callable<T> job) throws IOException {
    try {
      return job.call();
    } catch (Exception e) {
      // A callable may declare anything; ours throw what failure() hands on as it is.
      throw failure(e);
    }
  }

  private static IOException failure(@Nullable Throwable cause) {
    if (cause instanceof IOException problem) {
      return problem;
    }
    if (cause instanceof RuntimeException problem) {
      throw problem;
    }
    if (cause instanceof Error problem) {
      throw problem;
    }
    throw new AssertionError(cause);
  }
}
