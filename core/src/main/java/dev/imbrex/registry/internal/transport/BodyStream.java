package dev.imbrex.registry.internal.transport;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer as a stream that fails when nothing comes for a while (SN-G29). At most
 * half a mebibyte waits in memory. Closing it early closes the connection. Read by one thread.
 */
final class BodyStream extends InputStream implements HttpResponse.BodySubscriber<BodyStream> {
  /** Pieces are of 16 KiB. */
  private static final int WINDOW = 32;

  /** What the queue ends with; the failure, if there was one, is in {@link #failure}. */
  private static final List<ByteBuffer> END = List.of(ByteBuffer.allocate(0));

  private final BlockingQueue<List<ByteBuffer>> queue = new LinkedBlockingQueue<>();
  private final Duration stall;

  private volatile Flow.@Nullable Subscription subscription;
  private volatile @Nullable Throwable failure;
  private volatile boolean closed;
  private boolean ended;
  private List<ByteBuffer> current = List.of();
  private int next;

  BodyStream(Duration stall) {
    this.stall = stall;
  }

  @Override
  public CompletionStage<BodyStream> getBody() {
    return CompletableFuture.completedFuture(this);
  }

  @Override
  public void onSubscribe(Flow.Subscription subscribed) {
    subscription = subscribed;
    if (closed) {
      subscribed.cancel();
    } else {
      subscribed.request(WINDOW);
    }
  }

  @Override
  public void onNext(List<ByteBuffer> buffers) {
    queue.add(buffers);
  }

  @Override
  public void onError(Throwable problem) {
    end(problem);
  }

  @Override
  public void onComplete() {
    queue.add(END);
  }

  /** Lets the reader fail, from any thread, and closes the connection. */
  void abort(IOException problem) {
    end(problem);
    cancel();
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    int count = 0;
    // Takes along what has come already; waits only for the first byte.
    while (count < length && (count == 0 || isReady())) {
      ByteBuffer buffer = buffer();
      if (buffer == null) {
        return count == 0 ? -1 : count;
      }
      int taken = Math.min(length - count, buffer.remaining());
      buffer.get(bytes, offset + count, taken);
      count += taken;
    }
    return count;
  }

  @Override
  public int available() {
    return next < current.size() ? current.get(next).remaining() : 0;
  }

  @Override
  public void close() {
    closed = true;
    if (!ended) {
      cancel();
    }
    queue.clear();
  }

  private boolean isReady() {
    if (available() > 0) {
      return true;
    }
    List<ByteBuffer> following = queue.peek();
    return following != null && following != END;
  }

  /** The next buffer with something in it; null at the end. */
  private @Nullable ByteBuffer buffer() throws IOException {
    while (true) {
      while (next < current.size()) {
        ByteBuffer buffer = current.get(next);
        if (buffer.hasRemaining()) {
          return buffer;
        }
        next++;
      }
      if (ended) {
        return endOrFail();
      }
      current = take();
      next = 0;
      if (current == END) {
        ended = true;
        current = List.of();
      } else {
        Flow.Subscription from = subscription;
        if (from != null) {
          from.request(1);
        }
      }
    }
  }

  private List<ByteBuffer> take() throws IOException {
    if (closed) {
      throw new IOException("The body is closed");
    }
    try {
      List<ByteBuffer> taken = queue.poll(stall.toMillis(), TimeUnit.MILLISECONDS);
      if (taken != null) {
        return taken;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted =
          new InterruptedIOException("Interrupted while waiting for the body of an answer");
      abort(interrupted);
      throw interrupted;
    }
    HttpTimeoutException stalled =
        new HttpTimeoutException("No byte of the body came for " + stall.toMillis() + " ms");
    abort(stalled);
    throw stalled;
  }

  private @Nullable ByteBuffer endOrFail() throws IOException {
    Throwable problem = failure;
    if (problem != null) {
      throw new IOException("The body broke off: " + problem.getMessage(), problem);
    }
    return null;
  }

  private void end(Throwable problem) {
    if (failure == null) {
      failure = problem;
    }
    queue.add(END);
  }

  private void cancel() {
    Flow.Subscription from = subscription;
    if (from != null) {
      from.cancel();
    }
  }
}
