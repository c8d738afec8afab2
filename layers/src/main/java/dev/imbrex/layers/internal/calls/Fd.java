package dev.imbrex.layers.internal.calls;

import com.sun.jna.LastErrorException;
import java.io.Closeable;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;

/** A file descriptor that is closed once, and not used after that. */
final class Fd implements Closeable {
  private final int number;
  private final Shown shown;
  private final AtomicBoolean closed = new AtomicBoolean();

  Fd(int number, Shown shown) {
    this.number = number;
    this.shown = shown;
  }

  /**
   * The number to make a call with.
   *
   * @throws IllegalStateException if it is closed: the number may be another file by now
   */
  int number() {
    if (closed.get()) {
      throw new IllegalStateException(shown + " is closed");
    }
    return number;
  }

  Shown shown() {
    return shown;
  }

  boolean isOpen() {
    return !closed.get();
  }

  @Override
  public void close() throws IOException {
    if (closed.compareAndSet(false, true)) {
      try {
        Libc.close(number);
      } catch (LastErrorException e) {
        throw Errno.about(shown, e);
      }
    }
  }
}
