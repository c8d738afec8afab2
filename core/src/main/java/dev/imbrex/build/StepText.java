package dev.imbrex.build;

import dev.imbrex.manifest.config.Healthcheck;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the history says of steps, in one of its two styles (SN-B29, SN-B30).
 *
 * @param style which
 * @param shell the shell in force, which the classic style shows in front of everything
 */
record StepText(HistoryStyle style, List<String> shell) {

  /** A step that changes the config alone: {@code ENV a=1}. */
  String config(String text) {
    return style == HistoryStyle.BUILDKIT ? text : nop() + "  " + text;
  }

  /** A working directory. */
  String workdir(String path) {
    return style == HistoryStyle.BUILDKIT ? "WORKDIR " + path : nop() + " WORKDIR " + path;
  }

  /** A command with the build arguments it can see. */
  String run(List<String> command, Map<String, String> args) {
    List<String> words = new ArrayList<>();
    if (!args.isEmpty()) {
      words.add("|" + args.size());
      List<String> shown = new ArrayList<>();
      args.forEach((name, value) -> shown.add(name + "=" + value));
      if (style == HistoryStyle.CLASSIC) {
        shown.sort(null);
      }
      words.addAll(shown);
    }
    words.addAll(command);
    String text = String.join(" ", words);
    return style == HistoryStyle.BUILDKIT ? "RUN " + text + " # buildkit" : text;
  }

  /**
   * A copy.
   *
   * @param keyword COPY or ADD
   * @param flags the flags that are shown
   * @param sources the sources as they are shown in one style
   * @param hash what stands for them in the other
   */
  String copy(
      String keyword, List<String> flags, List<String> sources, String hash, String destination) {
    String shown = String.join(" ", flags);
    if (style == HistoryStyle.CLASSIC) {
      // No blank follows the flag: so the classic builder writes it, and looks for it.
      return nop() + " " + keyword + " " + shown + hash + " in " + destination + " ";
    }
    String separator = flags.isEmpty() ? "" : " ";
    return keyword
        + " "
        + shown
        + separator
        + String.join(" ", sources)
        + " "
        + destination
        + " # buildkit";
  }

  private String nop() {
    return String.join(" ", shell) + " #(nop)";
  }

  /** Words in quotes, as Go prints a list of them: {@code ["a" "b"]}. */
  static String quoted(List<String> words) {
    List<String> quoted = words.stream().map(StepText::quoted).toList();
    return "[" + String.join(" ", quoted) + "]";
  }

  /** Words as Go prints a list of them: {@code [a b]}. */
  static String plain(List<String> words) {
    return "[" + String.join(" ", words) + "]";
  }

  private static String quoted(String word) {
    StringBuilder text = new StringBuilder("\"");
    word.codePoints()
        .forEach(
            c -> {
              switch (c) {
                case '"' -> text.append("\\\"");
                case '\\' -> text.append("\\\\");
                case '\n' -> text.append("\\n");
                case '\t' -> text.append("\\t");
                case '\r' -> text.append("\\r");
                case 0x07 -> text.append("\\a");
                case '\b' -> text.append("\\b");
                case '\f' -> text.append("\\f");
                case 0x0b -> text.append("\\v");
                default -> {
                  if (c < ' ' || c == 0x7f) {
                    text.append(String.format("\\x%02x", c));
                  } else {
                    text.appendCodePoint(c);
                  }
                }
              }
            });
    return text.append('"').toString();
  }

  /** A health check as Go prints it: its members, or for the classic builder in quotes. */
  static String healthcheck(Healthcheck check, HistoryStyle style) {
    if (style == HistoryStyle.CLASSIC) {
      List<String> times =
          List.of(goText(check.interval()), goText(check.timeout()), goText(check.startPeriod()));
      return "&{"
          + quoted(check.test())
          + " "
          + String.join(" ", times.stream().map(StepText::quoted).toList())
          + " "
          + goCharacter(check.retries())
          + "}";
    }
    return "{Test:"
        + plain(check.test())
        + " Interval:"
        + goText(check.interval())
        + " Timeout:"
        + goText(check.timeout())
        + " StartPeriod:"
        + goText(check.startPeriod())
        + " StartInterval:"
        + goText(check.startInterval())
        + " Retries:"
        + check.retries()
        + "}";
  }

  /** A number as Go prints it where it expects a character. */
  private static String goCharacter(int number) {
    String escaped = quoted(Character.toString(number));
    return "'" + escaped.substring(1, escaped.length() - 1) + "'";
  }

  /** A time as Go prints it: {@code 1m30s}, {@code 1.5s}, {@code 0s}. */
  static String goText(Duration time) {
    long nanos = time.toNanos();
    if (nanos == 0) {
      return "0s";
    }
    Optional<String> small = small(nanos);
    if (small.isPresent()) {
      return small.get();
    }
    long hours = time.toHours();
    int minutes = time.toMinutesPart();
    String seconds = fraction(time.toSecondsPart(), time.toNanosPart(), 9) + "s";
    if (hours > 0) {
      return hours + "h" + minutes + "m" + seconds;
    }
    return minutes > 0 ? minutes + "m" + seconds : seconds;
  }

  private static Optional<String> small(long nanos) {
    if (nanos >= 1_000_000_000) {
      return Optional.empty();
    }
    if (nanos >= 1_000_000) {
      return Optional.of(fraction(nanos / 1_000_000, nanos % 1_000_000, 6) + "ms");
    }
    return Optional.of(
        nanos >= 1000 ? fraction(nanos / 1000, nanos % 1000, 3) + "µs" : nanos + "ns");
  }

  private static String fraction(long whole, long part, int digits) {
    if (part == 0) {
      return Long.toString(whole);
    }
    String decimals = String.format("%0" + digits + "d", part).replaceAll("0+$", "");
    return whole + "." + decimals;
  }
}
