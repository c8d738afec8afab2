package dev.imbrex.examples.browser;

import java.util.Locale;

/** Numbers of bytes, for people. */
final class Bytes {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};

  private Bytes() {}

  static String of(long bytes) {
    double number = bytes;
    int unit = 0;
    while (number >= 1000 && unit < UNITS.length - 1) {
      number /= 1000;
      unit++;
    }
    String format = unit == 0 || number >= 100 ? "%.0f %s" : "%.1f %s";
    return String.format(Locale.ROOT, format, number, UNITS[unit]);
  }
}
