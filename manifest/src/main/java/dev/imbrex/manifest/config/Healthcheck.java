package dev.imbrex.manifest.config;

import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How to find out whether a container is well (SN-C2, SN-C5). A zero time or count means the
 * default of whoever runs it, or that of the image below.
 *
 * @param test what to run: {@code CMD} and words, {@code CMD-SHELL} and a line, {@code NONE}; empty
 *     to inherit
 * @param interval the time between two checks
 * @param timeout the time after which a check counts as failed
 * @param startPeriod the time a container has to start
 * @param startInterval the time between two checks within the start period
 * @param retries the failures in a row after which a container is not well
 */
public record Healthcheck(
    List<String> test,
    Duration interval,
    Duration timeout,
    Duration startPeriod,
    Duration startInterval,
    int retries) {
  private static final String TEST = "Test";
  private static final String INTERVAL = "Interval";
  private static final String TIMEOUT = "Timeout";
  private static final String START_PERIOD = "StartPeriod";
  private static final String START_INTERVAL = "StartInterval";
  private static final String RETRIES = "Retries";
  private static final List<String> ORDER =
      List.of(TEST, INTERVAL, TIMEOUT, START_PERIOD, START_INTERVAL, RETRIES);

  private static final Healthcheck INHERITED =
      new Healthcheck(List.of(), Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, 0);

  /**
   * Copies the test.
   *
   * @throws IllegalArgumentException if a time is too long to be counted in nanoseconds
   */
  public Healthcheck {
    test = List.copyOf(test);
    nanos(interval);
    nanos(timeout);
    nanos(startPeriod);
    nanos(startInterval);
  }

  /** No check, not even an inherited one. */
  public static Healthcheck none() {
    return INHERITED.withTest(List.of("NONE"));
  }

  /** Runs a command. */
  public static Healthcheck ofCommand(List<String> words) {
    List<String> test = new ArrayList<>(List.of("CMD"));
    test.addAll(words);
    return INHERITED.withTest(test);
  }

  /** Runs a line of the container's shell. */
  public static Healthcheck ofShell(String line) {
    return INHERITED.withTest(List.of("CMD-SHELL", line));
  }

  /** A copy with another test. */
  public Healthcheck withTest(List<String> newTest) {
    return new Healthcheck(newTest, interval, timeout, startPeriod, startInterval, retries);
  }

  /** A copy with another interval. */
  public Healthcheck withInterval(Duration newInterval) {
    return new Healthcheck(test, newInterval, timeout, startPeriod, startInterval, retries);
  }

  /** A copy with another timeout. */
  public Healthcheck withTimeout(Duration newTimeout) {
    return new Healthcheck(test, interval, newTimeout, startPeriod, startInterval, retries);
  }

  /** A copy with another start period. */
  public Healthcheck withStartPeriod(Duration newStartPeriod) {
    return new Healthcheck(test, interval, timeout, newStartPeriod, startInterval, retries);
  }

  /** A copy with another interval within the start period. */
  public Healthcheck withStartInterval(Duration newStartInterval) {
    return new Healthcheck(test, interval, timeout, startPeriod, newStartInterval, retries);
  }

  /** A copy with another number of retries. */
  public Healthcheck withRetries(int newRetries) {
    return new Healthcheck(test, interval, timeout, startPeriod, startInterval, newRetries);
  }

  static Healthcheck from(JsonObject json) throws MalformedContentException {
    return new Healthcheck(
        json.findStrings(TEST).orElse(List.of()),
        duration(json, INTERVAL),
        duration(json, TIMEOUT),
        duration(json, START_PERIOD),
        duration(json, START_INTERVAL),
        retries(json));
  }

  /** The object with this check's values in it; members that already say the same stay. */
  JsonObject writtenOver(JsonObject json) throws MalformedContentException {
    JsonObject written = json;
    if (!test.equals(json.findStrings(TEST).orElse(List.of()))) {
      written = written.withStrings(TEST, test);
      written = Checked.placed(json, written, TEST, ORDER);
    }
    written = written(written, INTERVAL, nanos(interval));
    written = written(written, TIMEOUT, nanos(timeout));
    written = written(written, START_PERIOD, nanos(startPeriod));
    written = written(written, START_INTERVAL, nanos(startInterval));
    return written(written, RETRIES, retries);
  }

  /** What is zero or empty here comes from the check of the image below (SN-C13). */
  static JsonObject merged(JsonObject user, JsonObject image) throws MalformedContentException {
    JsonObject merged = user;
    if (user.findStrings(TEST).orElse(List.of()).isEmpty()) {
      merged = inherited(merged, image, TEST);
    }
    for (String name : List.of(INTERVAL, TIMEOUT, START_PERIOD, START_INTERVAL, RETRIES)) {
      if (user.findLong(name).orElse(0L) == 0) {
        merged = inherited(merged, image, name);
      }
    }
    return merged;
  }

  private static JsonObject inherited(JsonObject user, JsonObject image, String name) {
    return image.has(name)
        ? Checked.placed(user, user.withMemberOf(image, name), name, ORDER)
        : user;
  }

  private static JsonObject written(JsonObject json, String name, long value)
      throws MalformedContentException {
    if (json.findLong(name).orElse(0L) == value) {
      return json;
    }
    return value == 0
        ? json.without(name)
        : Checked.placed(json, json.with(name, value), name, ORDER);
  }

  private static Duration duration(JsonObject json, String name) throws MalformedContentException {
    return Duration.ofNanos(json.findLong(name).orElse(0L));
  }

  private static int retries(JsonObject json) throws MalformedContentException {
    Optional<Long> retries = json.findLong(RETRIES);
    long value = retries.orElse(0L);
    if (value != (int) value) {
      throw json.malformed(RETRIES, "expected a 32-bit integer, found " + value);
    }
    return (int) value;
  }

  private static long nanos(Duration time) {
    try {
      return time.toNanos();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("Too long to be counted in nanoseconds: " + time, e);
    }
  }
}
