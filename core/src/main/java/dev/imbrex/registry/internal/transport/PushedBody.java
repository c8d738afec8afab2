package dev.imbrex.registry.internal.transport;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The body of a request, which the thread that makes the request pushes piece by piece: so the
 * caller's stream is read by the caller's thread alone, and what it throws goes straight to the
 * caller. Pieces are not touched again once they were pushed.
 */
final class PushedBody implements HttpRequest.BodyPublisher, Flow.Subscription {
  private final long length;
  private final Duration stall;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  private Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;
  private long demand;
  private boolean over;

  /**
   * A body.
   *
   * @param length how many bytes will be pushed; -1 if nobody knows
   * @param stall how long nothing may move
   */
  PushedBody(long length, Duration stall) {
    this.length = length;
    this.stall = stall;
  }

  @Override
  public long contentLength() {
    return length;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscribing) {
    boolean first;
    lock.lock();
    try {
      first = subscriber == null;
      if (first) {
        subscriber = subscribing;
      }
    } finally {
      lock.unlock();
    }
    if (first) {
      subscribing.onSubscribe(this);
      return;
    }
    subscribing.onSubscribe(new Nothing());
    subscribing.onError(new IOException("The body was sent once, and cannot be sent again"));
  }

  @Override
  public void request(long count) {
    lock.lock();
    try {
      demand = Math.addExact(demand, Math.min(count, Integer.MAX_VALUE));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void cancel() {
    stop();
  }

  /** Lets a waiting {@link #push} return: nobody wants the body any more. */
  void stop() {
    lock.lock();
    try {
      over = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until a piece is wanted, and gives it.
   *
   * @return false if nobody wants it any more
   * @throws HttpTimeoutException if nothing moved for too long
   */
  boolean push(ByteBuffer piece) throws IOException {
    Flow.Subscriber<? super ByteBuffer> to = awaitDemand();
    if (to == null) {
      return false;
    }
    to.onNext(piece);
    return true;
  }

  /** Ends the body. */
  void complete() {
    Flow.Subscriber<? super ByteBuffer> to = subscriber();
    if (to != null) {
      to.onComplete();
    }
  }

  /** Ends the body before it is complete, which closes the connection. */
  void fail(Throwable problem) {
    Flow.Subscriber<? super ByteBuffer> to = subscriber();
    if (to != null) {
      to.onError(problem);
    }
  }

  private Flow.@Nullable Subscriber<? super ByteBuffer> subscriber() {
    lock.lock();
    try {
      return over ? null : subscriber;
    } finally {
      lock.unlock();
    }
  }

  private Flow.@Nullable Subscriber<? super ByteBuffer> awaitDemand() throws IOException {
    lock.lock();
    try {
      long left = stall.toNanos();
      while (demand == 0 && !over) {
        if (left <= 0) {
          throw new HttpTimeoutException("No byte was taken for " + stall.toMillis() + " ms");
        }
        left = changed.awaitNanos(left);
      }
      if (over) {
        return null;
      }
      demand--;
      return subscriber;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while a body was sent");
    } finally {
      lock.unlock();
    }
  }

  /** For a second subscriber, who gets nothing. */
  private static final class Nothing implements Flow.Subscription {
    @Override
    public void request(long count) {}

    @Override
    public void cancel() {}
  }
}
