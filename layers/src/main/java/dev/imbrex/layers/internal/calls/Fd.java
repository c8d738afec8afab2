package dev.imbrex.layers.internal.calls;

import com.sun.jna.LastErrorException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import org.jspecify.annotations.Nullable;

/** A file descriptor that is closed once, and not used after that. */
final class Fd implements Closeable {
  private static final AtomicIntegerFieldUpdater<Fd> CLOSED =
      AtomicIntegerFieldUpdater.newUpdater(Fd.class, "closed");

  private final int number;
  private final Shown shown;

  /** 1 as soon as it is closed; no object of its own, for there is one of these for each file. */
  private volatile int closed;

  private byte @Nullable [] way;

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
    if (closed != 0) {
      throw new IllegalStateException(shown + " is closed");
    }
    return number;
  }

  /** The start of paths that lead through it, for calls that know only paths. */
  byte[] way() {
    int current = number();
    byte[] known = way;
    if (known == null) {
      known = ("/proc/self/fd/" + current + "/").getBytes(StandardCharsets.US_ASCII);
      way = known;
    }
    return known;
  }

  Shown shown() {
    return shown;
  }

  boolean isOpen() {
    return closed == 0;
  }

  @Override
  public void close() throws IOException {
    if (CLOSED.compareAndSet(this, 0, 1)) {
      try {
        Libc.close(number);
      } catch (LastErrorException e) {
        throw Errno.about(shown, e);
      }
    }
  }
}
