package dev.imbrex.registry;

import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets so many in at once, and the others wait (SN-G29). A thread that is in already does not wait:
 * what it has open may be what all others wait for. Safe for use by many threads.
 */
final class ConnectionLimit {
  /** How many must go well before one more is let in after the limit was lowered. */
  private static final int RAISED_AFTER = 16;

  private final int most;
  private final ReentrantLock lock = new ReentrantLock(true);
  private final Condition freed = lock.newCondition();
  private final Map<Thread, Integer> inside = new HashMap<>();
  private int limit;
  private int count;
  private int wentWell;

  ConnectionLimit(int most) {
    this.most = most;
    this.limit = most;
  }

  /** Waits to be let in; whoever runs the result has left. It may be run twice, by any thread. */
  Runnable enter() throws InterruptedIOException {
    Thread thread = Thread.currentThread();
    lock.lock();
    try {
      while (count >= limit && !inside.containsKey(thread)) {
        freed.await();
      }
      count++;
      inside.merge(thread, 1, Integer::sum);
    } catch (InterruptedException e) {
      thread.interrupt();
      throw new InterruptedIOException("Interrupted while waiting for other requests to end");
    } finally {
      lock.unlock();
    }
    AtomicBoolean left = new AtomicBoolean();
    return () -> {
      if (left.compareAndSet(false, true)) {
        leave(thread);
      }
    };
  }

  /** Lets half as many in from now on: there were too many. */
  void lower() {
    lock.lock();
    try {
      limit = Math.max(1, limit / 2);
      wentWell = 0;
    } finally {
      lock.unlock();
    }
  }

  /** How many are let in at the moment. */
  int current() {
    lock.lock();
    try {
      return limit;
    } finally {
      lock.unlock();
    }
  }

  private void leave(Thread thread) {
    lock.lock();
    try {
      count--;
      inside.computeIfPresent(thread, (t, n) -> n == 1 ? null : n - 1);
      wentWell++;
      if (limit < most && wentWell >= RAISED_AFTER) {
        limit++;
        wentWell = 0;
      }
      freed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
