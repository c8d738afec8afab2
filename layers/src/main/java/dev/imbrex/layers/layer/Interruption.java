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
}
