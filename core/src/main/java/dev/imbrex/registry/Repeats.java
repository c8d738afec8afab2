package dev.imbrex.registry;

import dev.imbrex.registry.RegistryException.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/** Decides whether to try again, and waits until then (SN-G28). Belongs to one operation. */
final class Repeats {
  private final RetryOptions options;
  private final Sleeper sleeper;
  private int failures;

  Repeats(RetryOptions options, Sleeper sleeper) {
    this.options = options;
    this.sleeper = sleeper;
  }

  /** Begins to count anew: it has come forward. */
  void reset() {
    failures = 0;
  }

  /**
   * Returns when it is time to try again.
   *
   * @throws RegistryException the failure itself, if it is not
   */
  void awaitNext(RegistryException failure) throws IOException {
    failures++;
    if (!failure.isTransient() || failures >= options.attempts()) {
      throw failure;
    }
    Duration asked = failure.retryAfter().orElse(Duration.ZERO);
    if (asked.compareTo(options.longestRetryAfter()) > 0) {
      throw new RegistryException(
          Kind.TOO_MANY_REQUESTS == failure.kind() ? failure.kind() : Kind.UNAVAILABLE,
          new Attempted(failure.method(), failure.url()),
          "the registry asks to come back in "
              + asked.toSeconds()
              + " s, longer than the "
              + options.longestRetryAfter().toSeconds()
              + " s allowed",
          failure.status(),
          failure.errors(),
          asked,
          failure);
    }
    Duration own = pause();
    sleeper.sleep(asked.compareTo(own) > 0 ? asked : own);
  }

  private Duration pause() {
    long first = options.firstPause().toNanos();
    long longest = options.longestPause().toNanos();
    int doubled = Math.min(failures - 1, 30);
    long full = first > longest >> doubled ? longest : first << doubled;
    return Duration.ofNanos(full - (full > 1 ? ThreadLocalRandom.current().nextLong(full / 2) : 0));
  }
}
