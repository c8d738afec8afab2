package dev.imbrex.layers.compress;

import dev.imbrex.layers.internal.threads.Interruption;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Encodes the segments of one stream on several threads, which start with the first segment and end
 * in {@link #close}, and gives them back in their order. The methods are for one thread.
 */
final class SegmentEncoders implements AutoCloseable {
  private record Job(Segment segment, Future<?> done) {}

  private final int level;
  private final int threads;
  private final Queue<DeflateEncoder> idle = new ConcurrentLinkedQueue<>();
  private final Deque<Job> jobs = new ArrayDeque<>();

  /** A pool has ended a little before its threads have. */
  private final List<Thread> started = new CopyOnWriteArrayList<>();

  private @Nullable ThreadPoolExecutor pool;

  /**
   * Starts nothing yet.
   *
   * @param threads how many threads encode; with 1, that of the caller
   */
  SegmentEncoders(int level, int threads) {
    this.level = level;
    this.threads = threads;
  }

  /** Whether a segment has to be taken back before another one is given. */
  boolean isBusy() {
    return jobs.size() > threads;
  }

  boolean isEmpty() {
    return jobs.isEmpty();
  }

  /** Takes a segment after which more will come. */
  void give(Segment segment) {
    if (pool == null) {
      pool =
          new ThreadPoolExecutor(
              threads, threads, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this::thread);
    }
    jobs.add(new Job(segment, pool.submit(() -> encode(segment, false))));
  }

  /** Encodes a segment on the thread of the caller. */
  void encode(Segment segment, boolean isLast) {
    DeflateEncoder next = idle.poll();
    DeflateEncoder encoder = next == null ? new DeflateEncoder(level) : next;
    segment.encode(encoder, isLast);
    idle.add(encoder);
  }

  /**
   * Waits for the oldest of the segments that were given.
   *
   * @throws InterruptedIOException if the thread is interrupted; its flag stays set
   */
  Segment take() throws InterruptedIOException {
    Job job = jobs.remove();
    // Waiting for what is done already would not notice.
    if (Thread.currentThread().isInterrupted()) {
      throw interrupted();
    }
    try {
      job.done.get();
      return job.segment;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted();
    } catch (ExecutionException e) {
      throw new IllegalStateException("A segment could not be encoded", e.getCause());
    }
  }

  private static InterruptedIOException interrupted() {
    return new InterruptedIOException("Interrupted while a layer was compressed");
  }

  /** Ends the threads, and waits until they have ended. */
  @Override
  public void close() {
    if (pool == null) {
      return;
    }
    pool.shutdownNow();
    // Encoding a segment takes milliseconds.
    Interruption.join(started, () -> {});
  }

  private Thread thread(Runnable work) {
    Thread thread = Executors.defaultThreadFactory().newThread(work);
    thread.setName("imbrex-deflate");
    thread.setDaemon(true);
    started.add(thread);
    return thread;
  }
}
