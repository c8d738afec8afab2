package dev.imbrex.build.run;

import java.util.Locale;

/** Sizes as mounts have them: a number, and a unit of 1024 perhaps. */
final class Sizes {
  private static final String UNITS = "bkmgt";

  private Sizes() {}

  static long parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT).strip();
    int unit = lower.isEmpty() ? -1 : UNITS.indexOf(lower.charAt(lower.length() - 1));
    String digits = unit < 0 ? lower : lower.substring(0, lower.length() - 1);
    try {
      return Math.multiplyExact(Long.parseLong(digits.strip()), 1L << (10 * Math.max(0, unit)));
    } catch (NumberFormatException | ArithmeticException e) {
      throw new IllegalArgumentException("\"" + text + "\" is no size", e);
    }
  }
}
