package dev.imbrex.dockerfile;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them: {@code 1h30m}, {@code 1.5s}, {@code 0} (SN-B25). */
final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("(\\d{1,30}\\.?\\d{0,30}|\\.\\d{1,30})(ns|us|µs|μs|ms|s|m|h)");
  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "µs", 1_000L,
          "μs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final BigDecimal MOST = BigDecimal.valueOf(Long.MAX_VALUE);

  private GoDuration() {}

  static Optional<Duration> parse(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    BigDecimal nanos = BigDecimal.ZERO;
    Matcher matcher = PART.matcher(rest);
    int end = 0;
    while (matcher.find() && matcher.start() == end) {
      BigDecimal factor = BigDecimal.valueOf(NANOS.getOrDefault(matcher.group(2), 1L));
      nanos = nanos.add(new BigDecimal(matcher.group(1)).multiply(factor));
      end = matcher.end();
    }
    if (end == 0 || end < rest.length() || nanos.compareTo(MOST) > 0) {
      return Optional.empty();
    }
    return Optional.of(Duration.ofNanos(negative ? -nanos.longValue() : nanos.longValue()));
  }
}
