package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Lets only one thread at a time bring the same content; the others wait for it. */
final class Flights {
  private final Map<Digest, CountDownLatch> underway = new ConcurrentHashMap<>();

  /** What one thread does. */
  interface Flight {
    void run() throws IOException;
  }

  /**
   * Runs a flight when no other for this digest is underway; it should look first whether one that
   * ended just now did the work.
   *
   * @throws InterruptedIOException if the thread is interrupted while it waits; its flag stays set
   */
  void run(Digest digest, Flight flight) throws IOException {
    CountDownLatch own = new CountDownLatch(1);
    CountDownLatch other = underway.putIfAbsent(digest, own);
    while (other != null) {
      try {
        other.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("Interrupted while another copy brings " + digest);
      }
      other = underway.putIfAbsent(digest, own);
    }
    try {
      flight.run();
    } finally {
      underway.remove(digest);
      own.countDown();
    }
  }
}
