package dev.imbrex.registry;

import java.time.Duration;

/**
 * How often a request is sent again that failed for a reason that may pass: no connection, 408,
 * 429, 500, 502, 503, 504 (SN-G28). Only what can be repeated without harm is. The pause doubles
 * each time, from the first one to the longest one, and a random half of it is left out.
 *
 * @param attempts how often it is sent in all, 1 to 100; a download begins to count anew when it
 *     has come forward
 * @param firstPause the pause after the first failure
 * @param longestPause no pause of our own is longer
 * @param longestRetryAfter a pause that the registry asks for is kept up to this length; if it asks
 *     for more, the request fails at once
 */
public record RetryOptions(
    int attempts, Duration firstPause, Duration longestPause, Duration longestRetryAfter) {
  /** Five attempts, pauses of 250 ms to 10 s, and up to a minute where the registry asks for it. */
  public static final RetryOptions DEFAULT =
      new RetryOptions(5, Duration.ofMillis(250), Duration.ofSeconds(10), Duration.ofMinutes(1));

  /** One attempt. */
  public static final RetryOptions NONE = DEFAULT.withAttempts(1);

  /** Checks the ranges. */
  public RetryOptions {
    if (attempts < 1 || attempts > 100) {
      throw new IllegalArgumentException("attempts must be 1 to 100, not " + attempts);
    }
    for (Duration pause : new Duration[] {firstPause, longestPause, longestRetryAfter}) {
      if (pause.isNegative()) {
        throw new IllegalArgumentException("A pause of " + pause);
      }
    }
  }

  /** A copy with another number of attempts. */
  public RetryOptions withAttempts(int newAttempts) {
    return new RetryOptions(newAttempts, firstPause, longestPause, longestRetryAfter);
  }

  /** A copy with other pauses of our own. */
  public RetryOptions withPauses(Duration first, Duration longest) {
    return new RetryOptions(attempts, first, longest, longestRetryAfter);
  }

  /** A copy that waits up to so long where the registry asks for it. */
  public RetryOptions withLongestRetryAfter(Duration longest) {
    return new RetryOptions(attempts, firstPause, longestPause, longest);
  }
}
