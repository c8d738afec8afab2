package dev.imbrex.image;

import dev.imbrex.layers.internal.threads.Interruption;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Does jobs on the caller's thread and on helpers of it, and has all helpers back before it
 * returns. The first failure stops the others and reaches the caller. For one use.
 */
final class Workers {
  private final Executor executor;
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Job> waiting = new ConcurrentLinkedQueue<>();
  private final List<Helper> helpers = new ArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /** One piece of work. */
  interface Job {
    void run() throws IOException;
  }

  /** With helpers that the executor runs, or in its absence threads that live as long as a call. */
  Workers(@Nullable Executor executor) {
    this.executor = executor == null ? this::startThread : executor;
  }

  /** Whether jobs should give up, because one has failed. */
  boolean isStopped() {
    return failure.get() != null;
  }

  /**
   * Does all jobs, begun in this order.
   *
   * @param parallelism how many at a time
   */
  void run(List<? extends Job> jobs, int parallelism) throws IOException {
    waiting.addAll(jobs);
    for (int i = 1; i < Math.min(parallelism, jobs.size()); i++) {
      helpers.add(new Helper());
    }
    for (Helper helper : helpers) {
      try {
        executor.execute(helper);
      } catch (RejectedExecutionException e) {
        // Then the caller's thread does more of it.
        helper.retire();
      }
    }
    work();
    boolean interrupted = false;
    for (Helper helper : helpers) {
      interrupted |= helper.join();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    // A thread has done its work before it has ended.
    Interruption.join(threads, () -> {});
    rethrow();
  }

  private void startThread(Runnable helper) {
    Thread thread = new Thread(helper, "imbrex copy");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void work() {
    try {
      for (Job job = waiting.poll(); job != null && !isStopped(); job = waiting.poll()) {
        job.run();
      }
    } catch (Throwable e) {
      // Whatever it is, the caller gets it; in a helper it would be lost.
      fail(e);
    }
  }

  private void fail(Throwable thrown) {
    if (failure.compareAndSet(null, thrown)) {
      helpers.forEach(Helper::interrupt);
    }
  }

  private void rethrow() throws IOException {
    Throwable thrown = failure.get();
    if (thrown instanceof IOException e) {
      throw e;
    }
    if (thrown instanceof RuntimeException e) {
      throw e;
    }
    if (thrown instanceof Error e) {
      throw e;
    }
  }

  private final class Helper implements Runnable {
    private final CountDownLatch done = new CountDownLatch(1);
    // The rest is guarded by this.
    private @Nullable Thread thread;
    private boolean retired;
    private boolean interrupted;

    @Override
    public void run() {
      synchronized (this) {
        if (retired) {
          return;
        }
        thread = Thread.currentThread();
      }
      try {
        work();
      } finally {
        synchronized (this) {
          thread = null;
          if (interrupted) {
            // The thread may be somebody's, to whom our interruption means nothing.
            Thread.interrupted();
          }
        }
        done.countDown();
      }
    }

    synchronized void interrupt() {
      if (thread != null && thread != Thread.currentThread()) {
        interrupted = true;
        thread.interrupt();
      }
    }

    /** Lets it never begin, if it has not. */
    synchronized void retire() {
      if (thread == null && !retired) {
        retired = true;
        done.countDown();
      }
    }

    /** Waits until it is done; tells whether the caller was interrupted meanwhile. */
    boolean join() {
      retire();
      boolean wasInterrupted = false;
      while (true) {
        try {
          done.await();
          return wasInterrupted;
        } catch (InterruptedException e) {
          wasInterrupted = true;
          fail(new InterruptedIOException("Interrupted during a copy"));
        }
      }
    }
  }
}
