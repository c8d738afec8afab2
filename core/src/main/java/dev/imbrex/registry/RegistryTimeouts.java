package dev.imbrex.registry;

import java.time.Duration;

/**
 * How long a registry may take (SN-G29). None of them limits how long the transfer of a blob takes
 * as long as bytes move.
 *
 * @param connect for a connection to be made
 * @param response for an answer to begin, once the request is sent
 * @param stall without any byte moving, while a body is sent or received
 */
public record RegistryTimeouts(Duration connect, Duration response, Duration stall) {
  /** Half a minute to connect, two minutes for an answer, one minute without a byte. */
  public static final RegistryTimeouts DEFAULT =
      new RegistryTimeouts(Duration.ofSeconds(30), Duration.ofMinutes(2), Duration.ofMinutes(1));

  /** Checks that all are positive. */
  public RegistryTimeouts {
    for (Duration time : new Duration[] {connect, response, stall}) {
      if (time.isZero() || time.isNegative()) {
        throw new IllegalArgumentException("A time limit of " + time);
      }
    }
  }

  /** A copy with another time to connect. */
  public RegistryTimeouts withConnect(Duration time) {
    return new RegistryTimeouts(time, response, stall);
  }

  /** A copy with another time for an answer. */
  public RegistryTimeouts withResponse(Duration time) {
    return new RegistryTimeouts(connect, time, stall);
  }

  /** A copy with another time without a byte. */
  public RegistryTimeouts withStall(Duration time) {
    return new RegistryTimeouts(connect, response, time);
  }
}
