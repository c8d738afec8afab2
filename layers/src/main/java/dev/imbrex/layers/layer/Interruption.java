package dev.imbrex.layers.layer;

import java.io.InterruptedIOException;

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
}
