package dev.imbrex.image;

import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;

/** Lets only one thread at a time bring the same content; the others wait for it. */
final class Flights {
  private final Map<Recompression, CompletableFuture<LayerSummary>> recompressions =
      new ConcurrentHashMap<>();
  private final Map<Digest, CountDownLatch> underway = new ConcurrentHashMap<>();

  /** What one thread does. */
  interface Flight {
    void run() throws IOException;
  }

  /** What one thread does whose result others take, too. */
  interface Recompressing {
    LayerSummary run() throws IOException;
  }

  private record Recompression(Digest layer, CompressionOptions options) {}

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

  /**
   * Compresses a layer anew, unless another thread is doing so in the same way: then its result is
   * waited for. If that one fails, this thread tries it itself.
   *
   * @return the result of the other thread, or nothing if this one did it
   * @throws InterruptedIOException if the thread is interrupted while it waits; its flag stays set
   */
  Optional<LayerSummary> join(Digest layer, CompressionOptions options, Recompressing work)
      throws IOException {
    Recompression key = new Recompression(layer, options);
    CompletableFuture<LayerSummary> own = new CompletableFuture<>();
    CompletableFuture<LayerSummary> other = recompressions.putIfAbsent(key, own);
    while (other != null) {
      try {
        return Optional.of(other.get());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("Interrupted while another copy compresses " + layer);
      } catch (ExecutionException | CancellationException e) {
        other = recompressions.putIfAbsent(key, own);
      }
    }
    try {
      LayerSummary summary = work.run();
      recompressions.remove(key);
      own.complete(summary);
      return Optional.empty();
    } finally {
      recompressions.remove(key, own);
      own.cancel(false);
    }
  }
}
