package dev.imbrex.registry.internal.http;

/**
 * How long a connection may still be blocked in a read or write. One thread blocks, another looks.
 */
final class Watch {
  private static final long NOT_BLOCKED = 0;

  // When the time is over, by nanoTime; odd, so that it never is the value for "not blocked".
  private volatile long deadline = NOT_BLOCKED;

  void start(long allowedNanos) {
    deadline = (System.nanoTime() + allowedNanos) | 1;
  }

  void stop() {
    deadline = NOT_BLOCKED;
  }

  boolean isOver(long now) {
    long current = deadline;
    return current != NOT_BLOCKED && now - current > 0;
  }
}
