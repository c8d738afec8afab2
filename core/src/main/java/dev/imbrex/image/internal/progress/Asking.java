package dev.imbrex.image.internal.progress;

import dev.imbrex.layers.internal.threads.Interruption;
import dev.imbrex.layers.progress.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Asks a progress whether to go on while work that it may stop waits for others: a server, an
 * engine, another copy. Work that advances asks by itself; work that waits cannot.
 *
 * <p>Another thread asks, every 50 ms, through the last task that is open, or one of its own where
 * there is none. What the progress throws there interrupts the thread that does the work, and
 * reaches the caller as it is.
 */
public final class Asking implements Progress {
  private static final long EVERY_MILLIS = 50;

  private final Progress progress;
  private final Thread worker = Thread.currentThread();
  private final CountDownLatch done = new CountDownLatch(1);

  // The rest is guarded by this.
  private final List<Asked> open = new ArrayList<>();
  private boolean ended;
  private boolean interruptedHere;
  private @Nullable Throwable objection;

  private Asking(Progress progress) {
    this.progress = progress;
  }

  /** What is done. */
  @FunctionalInterface
  public interface Work<T> {
    /**
     * Does it.
     *
     * @param asked what it tells of its tasks
     */
    T run(Progress asked) throws IOException;
  }

  /**
   * Does work on the caller's thread, with another one that asks and has ended when this returns.
   * Nobody is asked where the progress is {@link Progress#none()}; work within such work has its
   * thread in common.
   */
  public static <T> T during(Progress progress, Work<T> work) throws IOException {
    boolean isAsked = progress instanceof Asking other && other.worker == Thread.currentThread();
    if (isAsked || progress.equals(Progress.none())) {
      return work.run(progress);
    }
    Asking asking = new Asking(progress);
    Thread thread = new Thread(asking::ask, "imbrex-ask");
    thread.setDaemon(true);
    thread.start();
    T result;
    try {
      result = work.run(asking);
    } catch (IOException | RuntimeException | Error e) {
      // It may be no more than the interruption from here.
      asking.end(thread);
      throw e;
    }
    asking.end(thread);
    return result;
  }

  @Override
  public Task start(String name, long bytes) {
    Asked task = new Asked(progress.start(name, bytes));
    synchronized (this) {
      open.add(task);
    }
    return task;
  }

  private void ask() {
    try {
      askUntilDone();
    } catch (Throwable e) {
      // Whatever it is, it is for the caller.
      object(e);
    }
  }

  private void askUntilDone() throws InterruptedException {
    Task own = null;
    try {
      while (!done.await(EVERY_MILLIS, TimeUnit.MILLISECONDS)) {
        Asked last = last();
        if (last == null) {
          own = start("Wait", -1);
        } else {
          last.ask();
        }
      }
    } finally {
      if (own != null) {
        own.close();
      }
    }
  }

  private synchronized @Nullable Asked last() {
    return open.isEmpty() ? null : open.get(open.size() - 1);
  }

  private synchronized void object(Throwable thrown) {
    objection = thrown;
    if (!ended) {
      interruptedHere = !worker.isInterrupted();
      worker.interrupt();
    }
  }

  /** Ends the asking, and throws what the progress threw there. */
  private void end(Thread thread) {
    synchronized (this) {
      ended = true;
    }
    done.countDown();
    Interruption.join(thread);
    rethrow();
  }

  private synchronized void rethrow() {
    if (objection != null) {
      if (interruptedHere) {
        // For no other reason, and that is over.
        Thread.interrupted();
      }
      throw Asking.<RuntimeException>unchecked(objection);
    }
  }

  /** A progress written in another language may throw anything. */
  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> E unchecked(Throwable thrown) throws E {
    throw (E) thrown;
  }

  private final class Asked implements Task {
    private final Task task;
    // Guarded by this.
    private boolean closed;

    Asked(Task task) {
      this.task = task;
    }

    @Override
    public void advance(long bytes) {
      task.advance(bytes);
    }

    synchronized void ask() {
      if (!closed) {
        task.advance(0);
      }
    }

    @Override
    public void close() {
      synchronized (Asking.this) {
        open.remove(this);
      }
      synchronized (this) {
        closed = true;
      }
      task.close();
    }
  }
}
