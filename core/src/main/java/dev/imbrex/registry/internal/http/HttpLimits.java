package dev.imbrex.registry.internal.http;

import java.time.Duration;

/**
 * What a client may ask of the server.
 *
 * @param connections how many connections there are at once; the one that has been idle for longest
 *     gives way to a new one
 * @param headBytes the largest head of a request
 * @param idle how long a connection may wait for the next request
 * @param head how long the head of a request may take, all of it
 * @param stall how long a body may stand still, in either direction
 */
public record HttpLimits(
    int connections, int headBytes, Duration idle, Duration head, Duration stall) {
  /** The largest rest of a body that nobody wants after which the connection is kept. */
  static final long DISCARDED_BYTES = 64L << 20;

  /** How long a body that nobody wants is read, so that the client sees the answer. */
  static final Duration DISCARDING = Duration.ofSeconds(30);

  /** How long a client that was turned away is listened to, before its connection is closed. */
  static final Duration LINGER = Duration.ofSeconds(2);

  /** 512 connections, heads of 64 KiB, idle for a minute, heads within 20 s, stalled for 60 s. */
  public static final HttpLimits DEFAULT =
      new HttpLimits(
          512, 1 << 16, Duration.ofMinutes(1), Duration.ofSeconds(20), Duration.ofMinutes(1));
}
