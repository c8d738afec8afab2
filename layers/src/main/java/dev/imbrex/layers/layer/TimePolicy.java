package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which modification times a layer is written with (LC-A47, LC-D11). Whiteouts always have the
 * epoch (LC-A34), whatever is said here. Immutable.
 */
public final class TimePolicy {
  private static final TimePolicy SECONDS = new TimePolicy(false, null, null);
  private static final TimePolicy NANOS = new TimePolicy(true, null, null);

  private final boolean nanos;
  private final @Nullable Instant latest;
  private final @Nullable Instant fixed;

  private TimePolicy(boolean nanos, @Nullable Instant latest, @Nullable Instant fixed) {
    this.nanos = nanos;
    this.latest = latest;
    this.fixed = fixed;
  }

  /** Whole seconds, as all layer builders write them: the greatest not after the true time. */
  public static TimePolicy seconds() {
    return SECONDS;
  }

  /** The times as they are, to the nanosecond. */
  public static TimePolicy nanos() {
    return NANOS;
  }

  /**
   * The same, with times later than this one set to it and earlier ones kept; what tools do with
   * {@code SOURCE_DATE_EPOCH}.
   */
  public TimePolicy clampedTo(Instant latest) {
    return new TimePolicy(nanos, requireNonNull(latest), fixed);
  }

  /** The same, with all times set to this one. */
  public TimePolicy fixedAt(Instant time) {
    return new TimePolicy(nanos, latest, requireNonNull(time));
  }

  /** The time that is written for this one. */
  public Instant apply(Instant mtime) {
    Instant chosen = fixed == null ? mtime : fixed;
    if (latest != null && chosen.isAfter(latest)) {
      chosen = latest;
    }
    return nanos ? chosen : Instant.ofEpochSecond(chosen.getEpochSecond());
  }

  @Override
  public String toString() {
    return (nanos ? "nanoseconds" : "seconds")
        + (fixed == null ? "" : ", all at " + fixed)
        + (latest == null ? "" : ", clamped to " + latest);
  }
}
