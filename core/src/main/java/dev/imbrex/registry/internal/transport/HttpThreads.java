package dev.imbrex.registry.internal.transport;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.Closeable;
import java.net.http.HttpClient;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of HTTP clients, all of which end with {@link #close}.
 *
 * <p>On Java 17 an {@link HttpClient} cannot be closed: its selector thread waits until the client
 * is garbage. A thread belongs to the group of the thread that made it, so clients are made on a
 * thread of a group of ours; and a selector thread ends, and closes its connections, when it is
 * interrupted. Later versions behave the same.
 */
public final class HttpThreads implements Closeable {
  private static final int JOIN_MILLIS = 5_000;

  private final ThreadGroup group = new ThreadGroup("imbrex-registry");
  private final AtomicInteger number = new AtomicInteger();
  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          0, Integer.MAX_VALUE, 10, SECONDS, new SynchronousQueue<>(), this::newThread);

  /** Creates the pool; threads start when they are needed, and end when they are idle. */
  public HttpThreads() {}

  /** Runs tasks that may block; refuses them after {@link #close}. */
  public ExecutorService executor() {
    return executor;
  }

  /** Makes a client whose threads end with {@link #close}. */
  HttpClient make(HttpClient.Builder builder) {
    CompletableFuture<HttpClient> made = new CompletableFuture<>();
    newThread(
            () -> {
              try {
                made.complete(builder.executor(executor).build());
              } catch (RuntimeException | Error e) {
                made.completeExceptionally(e);
              }
            })
        .start();
    return made.join();
  }

  /** Ends all threads, and waits until they have; at most five seconds. */
  @Override
  public void close() {
    executor.shutdownNow();
    Thread[] threads = new Thread[group.activeCount() + 16];
    int count = group.enumerate(threads);
    boolean interrupted = false;
    for (int i = 0; i < count; i++) {
      // A task of the pool may be what closes us.
      if (threads[i] != Thread.currentThread()) {
        threads[i].interrupt();
      }
    }
    long end = System.nanoTime() + MILLISECONDS.toNanos(JOIN_MILLIS);
    for (int i = 0; i < count && !interrupted; i++) {
      long left = Math.max(1, (end - System.nanoTime()) / 1_000_000);
      if (threads[i] != Thread.currentThread()) {
        interrupted = !join(threads[i], left);
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static boolean join(Thread thread, long millis) {
    try {
      thread.join(millis);
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  private Thread newThread(Runnable task) {
    Thread thread = new Thread(group, task, "imbrex-registry-" + number.incrementAndGet());
    thread.setDaemon(true);
    return thread;
  }
}
