package dev.imbrex.layers.internal.threads;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a thread is stopped, alone or together with those that work for it. */
public final class Interruption {
  private Interruption() {}

  /** Fails if the thread was interrupted, and leaves its flag set. */
  public static void check() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted at work on a layer");
    }
  }

  /** What to throw where somebody waited; sets the flag of the thread again. */
  public static InterruptedIOException restored() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("Interrupted at work on a layer");
  }

  /** Whether it says that a thread was interrupted. */
  public static boolean isIn(@Nullable Throwable failure) {
    return failure instanceof InterruptedIOException
        || failure instanceof ClosedByInterruptException;
  }

  /** Waits until a thread has ended, whoever interrupts; the flag is then set. */
  public static void join(Thread thread) {
    join(List.of(thread), () -> {});
  }

  /**
   * Waits until threads have ended, so that nothing goes on behind the caller's back. Who
   * interrupts sets the flag, and cannot end the waiting.
   *
   * @param stop tells the threads that they are to end soon; called when the caller is interrupted
   */
  public static void join(Collection<Thread> threads, Runnable stop) {
    boolean interrupted = false;
    for (Thread thread : threads) {
      while (thread.isAlive()) {
        try {
          thread.join();
        } catch (InterruptedException e) {
          interrupted = true;
          stop.run();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Throws, on the thread of a caller, what ended another thread that worked for it. Who interrupts
   * that thread, from a content, a storage or a progress, means the whole: the flag of the caller's
   * is then set.
   *
   * @param failure if there is none, nothing happens
   */
  public static void rethrow(@Nullable Throwable failure) throws IOException {
    if (isIn(failure)) {
      Thread.currentThread().interrupt();
    }
    if (failure instanceof IOException e) {
      throw e;
    }
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
  }
}
