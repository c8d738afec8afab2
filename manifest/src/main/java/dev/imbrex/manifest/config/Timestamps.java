package dev.imbrex.manifest.config;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** RFC 3339 as the formats use it (SN-C5). */
final class Timestamps {
  /** What a Go program writes when it knows no time. */
  static final Instant ZERO = Instant.parse("0001-01-01T00:00:00Z");

  private static final Pattern RFC_3339 =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\\.([0-9]+))?"
              + "(?:Z|([+-])([01][0-9]|2[0-3]):([0-5][0-9]))");
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss", Locale.ROOT)
          .withResolverStyle(ResolverStyle.STRICT);
  private static final DateTimeFormatter NANOS =
      new DateTimeFormatterBuilder()
          .append(SECONDS)
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(Locale.ROOT);
  private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
  private static final Instant END = Instant.parse("+10000-01-01T00:00:00Z");

  private Timestamps() {}

  /** The time, if the text is one; digits beyond nanoseconds are cut. */
  static Optional<Instant> find(String text) {
    Matcher parts = RFC_3339.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    try {
      LocalDateTime seconds = LocalDateTime.parse(parts.group(1), SECONDS);
      return Optional.of(
          seconds
              .plusNanos(nanos(parts.group(2)))
              .minusMinutes(offsetMinutes(parts))
              .toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /** The time, if the text is one and not the {@linkplain #ZERO zero time}. */
  static Optional<Instant> findKnown(String text) {
    return find(text).filter(time -> !time.equals(ZERO));
  }

  /**
   * A time as Go prints it: in UTC, with as many digits after the second as it needs.
   *
   * @throws IllegalArgumentException if the year is not within 0 to 9999
   */
  static String print(Instant time) {
    if (time.isBefore(FIRST) || !time.isBefore(END)) {
      throw new IllegalArgumentException("RFC 3339 cannot express the time " + time);
    }
    return NANOS.format(LocalDateTime.ofInstant(time, ZoneOffset.UTC)) + 'Z';
  }

  /** A time in a zone, to the second; of an offset with seconds the minutes are shown. */
  static String localSeconds(Instant time, ZoneId zone) {
    int offset = zone.getRules().getOffset(time).getTotalSeconds();
    String local = SECONDS.format(LocalDateTime.ofInstant(time, ZoneOffset.ofTotalSeconds(offset)));
    if (offset == 0) {
      return local + 'Z';
    }
    int minutes = Math.abs(offset) / 60;
    return local
        + (offset < 0 && minutes > 0 ? '-' : '+')
        + String.format("%02d:%02d", minutes / 60, minutes % 60);
  }

  private static int nanos(@Nullable String digits) {
    return digits == null ? 0 : Integer.parseInt((digits + "000000000").substring(0, 9));
  }

  private static int offsetMinutes(Matcher parts) {
    if (parts.group(3) == null) {
      return 0;
    }
    int minutes = Integer.parseInt(parts.group(4)) * 60 + Integer.parseInt(parts.group(5));
    return parts.group(3).equals("-") ? -minutes : minutes;
  }
}
