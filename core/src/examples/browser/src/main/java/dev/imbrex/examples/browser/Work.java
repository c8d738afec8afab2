package dev.imbrex.examples.browser;

import dev.imbrex.layers.progress.Progress;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import javax.swing.SwingUtilities;
import javax.swing.Timer;

/**
 * Does what takes long on a thread of its own, one thing after another, and shows how far it is.
 * Used from the event thread, and tells its listener there.
 */
final class Work {
  private static final int REFRESH_MILLISECONDS = 50;

  /** Something that takes long. */
  interface Job<T> {
    T run(Progress progress) throws IOException;
  }

  /** Shows what is done. */
  interface Listener {
    void began(String title);

    /** Some of it is done; the total is 0 as long as nobody knows it. */
    void advanced(String what, long bytes, long total);

    void ended(String message, boolean failed);
  }

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread worker = new Thread(task, "image browser");
            worker.setDaemon(true);
            return worker;
          });
  private final Listener listener;
  private final Timer refresh;
  private Running running;

  Work(Listener listener) {
    this.listener = listener;
    this.refresh = new Timer(REFRESH_MILLISECONDS, event -> show());
  }

  /** Begins a job in place of the one that runs, if one does, and hands over what it gives. */
  <T> void start(String title, Job<T> job, Consumer<T> whenDone) {
    stop();
    Running begun = new Running();
    running = begun;
    listener.began(title);
    refresh.start();
    begun.future =
        thread.submit(
            () -> {
              try {
                T result = job.run(begun);
                end(begun, () -> whenDone.accept(result), title + ": done", false);
              } catch (IOException | RuntimeException e) {
                // However it notices: what it threw is of interest only if nobody cancelled it.
                boolean failed = !begun.cancelled;
                end(begun, () -> {}, failed ? e.getMessage() : title + ": cancelled", failed);
              }
            });
  }

  /** Stops what runs, and tells so when it has stopped. */
  void cancel() {
    if (running != null) {
      running.cancel();
    }
  }

  /** Stops what runs, does one thing more on the thread, and ends the thread. */
  void close(Runnable last) {
    stop();
    thread.execute(last);
    thread.shutdown();
  }

  /** Stops what runs, and forgets it. */
  private void stop() {
    cancel();
    running = null;
    refresh.stop();
  }

  private void end(Running ended, Runnable result, String message, boolean failed) {
    SwingUtilities.invokeLater(
        () -> {
          if (running != ended) {
            return;
          }
          stop();
          listener.ended(message, failed);
          result.run();
        });
  }

  private void show() {
    Running now = running;
    if (now != null) {
      listener.advanced(now.what, now.bytes.get(), now.total.get());
    }
  }

  /** A job that runs, as the library's progress: any of its threads may tell, the timer asks. */
  private static final class Running implements Progress {
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicLong total = new AtomicLong();
    private volatile String what = "";
    private volatile boolean cancelled;
    private Future<?> future;

    void cancel() {
      cancelled = true;
      future.cancel(true);
    }

    @Override
    public Task start(String name, long size) {
      goOn();
      what = name;
      total.addAndGet(Math.max(size, 0));
      return new Task() {
        @Override
        public void advance(long more) {
          goOn();
          bytes.addAndGet(more);
        }

        @Override
        public void close() {}
      };
    }

    private void goOn() {
      if (cancelled) {
        throw new CancellationException();
      }
    }
  }
}
