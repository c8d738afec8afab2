package dev.imbrex.layers.layer;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/** Lets a thread be stopped between two entries, and between the blocks of a large one. */
final class Interruption {
  private Interruption() {}

  /** Fails if the thread was interrupted, and leaves its flag set. */
  static void check() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted at work on a layer");
    }
  }

  /** What to throw where somebody waited; sets the flag of the thread again. */
  static InterruptedIOException restored() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("Interrupted at work on a layer");
  }

  /** Waits until a thread has ended, whoever interrupts; the flag is then set. */
  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        // It ends soon, and nothing may go on behind the caller's back.
        interrupted = true;
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
  static void rethrow(@Nullable Throwable failure) throws IOException {
    if (failure instanceof InterruptedIOException
        || failure instanceof ClosedByInterruptException) {
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
