package dev.imbrex.registry;

import java.io.InterruptedIOException;
import java.time.Duration;

/** Waits between two tries; a test looks at its watch instead. */
@FunctionalInterface
interface Sleeper {
  /** Waits in the thread that calls. */
  Sleeper THREAD =
      time -> {
        try {
          Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("Interrupted while waiting to try again");
        }
      };

  void sleep(Duration time) throws InterruptedIOException;
}
