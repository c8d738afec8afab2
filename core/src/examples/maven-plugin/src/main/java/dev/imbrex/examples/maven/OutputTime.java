package dev.imbrex.examples.maven;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;

/** The time that a reproducible build writes everywhere. */
final class OutputTime {
  private static final String SOURCE_DATE_EPOCH = "SOURCE_DATE_EPOCH";

  private OutputTime() {}

  /**
   * The time to write.
   *
   * @param outputTimestamp as Maven's property has it: a time of ISO 8601, or seconds since the
   *     epoch; one character stands for none, as for Maven's own plugins
   * @param environment the environment variables
   */
  static Instant of(String outputTimestamp, Map<String, String> environment) {
    if (outputTimestamp != null && outputTimestamp.length() > 1) {
      return parse("project.build.outputTimestamp", outputTimestamp);
    }
    String seconds = environment.get(SOURCE_DATE_EPOCH);
    return seconds == null ? Instant.EPOCH : parse(SOURCE_DATE_EPOCH, seconds);
  }

  private static Instant parse(String name, String text) {
    try {
      return text.chars().allMatch(Character::isDigit)
          ? Instant.ofEpochSecond(Long.parseLong(text))
          : OffsetDateTime.parse(text).toInstant();
    } catch (DateTimeException | NumberFormatException e) {
      throw new IllegalArgumentException(name + " is no time: " + text, e);
    }
  }
}
