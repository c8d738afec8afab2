package dev.imbrex.store;

import java.time.Clock;

/**
 * How a {@link LayoutStorage} works.
 *
 * @param sync whether content is forced to disk before it shows; without it a layout survives the
 *     death of a process, but perhaps not that of the machine
 * @param clock tells the age of content and leases, for collection
 */
public record LayoutOptions(boolean sync, Clock clock) {
  /** Content is forced to disk; the clock is the system's. */
  public static final LayoutOptions DEFAULT = new LayoutOptions(true, Clock.systemUTC());

  /** The same options with or without forcing content to disk. */
  public LayoutOptions withSync(boolean newSync) {
    return new LayoutOptions(newSync, clock);
  }

  /** The same options with another clock. */
  public LayoutOptions withClock(Clock newClock) {
    return new LayoutOptions(sync, newClock);
  }
}
