package dev.imbrex.manifest.config;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.time.Duration;

/** Sizes and times as Docker's tables show them to people (SN-C11, SN-C12). */
public final class HumanUnits {
  private static final String[] SIZES = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  private static final MathContext THREE_DIGITS = new MathContext(3, RoundingMode.HALF_EVEN);

  private static final long DAY = 24;
  private static final long WEEK = 7 * DAY;
  private static final long MONTH = 30 * DAY;
  private static final long YEAR = 365 * DAY;

  private HumanUnits() {}

  /**
   * A size in decimal units (1000) with three significant digits and no space: {@code 0B}, {@code
   * 1.18kB}, {@code 183MB}. What rounds up to a thousand stays in its unit: 999 999 is {@code
   * 1000kB}, where older Docker clients show {@code 1e+03kB}.
   *
   * @param bytes the size, in bytes
   */
  public static String size(long bytes) {
    double size = bytes;
    int unit = 0;
    while (size >= 1000) {
      size /= 1000;
      unit++;
    }
    BigDecimal shown = new BigDecimal(size).round(THREE_DIGITS);
    // Zero keeps its scale when zeros are stripped from other numbers on old runtimes.
    return (shown.signum() == 0 ? "0" : shown.stripTrailingZeros().toPlainString()) + SIZES[unit];
  }

  /**
   * How long something took or is ago, roughly: {@code Less than a second}, {@code About a minute},
   * {@code 3 weeks}. Only hours are rounded, all else is cut. A negative time is less than a
   * second.
   */
  public static String elapsed(Duration time) {
    long seconds = time.isNegative() ? 0 : time.toSeconds();
    if (seconds < 60) {
      return seconds < 1 ? "Less than a second" : seconds == 1 ? "1 second" : seconds + " seconds";
    }
    long minutes = seconds / 60;
    if (minutes < 60) {
      return minutes == 1 ? "About a minute" : minutes + " minutes";
    }
    long hours = (seconds + 1800) / 3600;
    if (hours < 48) {
      return hours == 1 ? "About an hour" : hours + " hours";
    }
    return inCalendarUnits(hours, seconds / 3600);
  }

  /** The {@linkplain #elapsed elapsed} time, followed by {@code ago}. */
  public static String ago(Duration time) {
    return elapsed(time) + " ago";
  }

  /**
   * One line cut to a width: if it is wider, it ends in {@code …} as its last cell. Wide characters
   * count for two cells.
   *
   * @param cells the width, at least 1
   */
  public static String cut(String line, int cells) {
    if (cells < 1) {
      throw new IllegalArgumentException("Expected a width of at least 1 cell, found " + cells);
    }
    return DisplayWidth.cut(line, cells);
  }

  /** Docker rounds the hours to choose a unit, and cuts them to count years: "1 years" is real. */
  private static String inCalendarUnits(long roundedHours, long hours) {
    if (roundedHours < 2 * WEEK) {
      return roundedHours / DAY + " days";
    }
    if (roundedHours < 2 * MONTH) {
      return roundedHours / WEEK + " weeks";
    }
    return roundedHours < 2 * YEAR ? roundedHours / MONTH + " months" : hours / YEAR + " years";
  }
}
