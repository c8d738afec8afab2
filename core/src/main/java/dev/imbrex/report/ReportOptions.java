package dev.imbrex.report;

import dev.imbrex.image.ReadOptions;
import java.util.Objects;

/**
 * How a report is made.
 *
 * @param title what stands at its top and in the title of the window; empty for the digest and the
 *     platform
 * @param maxPaths how many paths it may list, those that are gone included
 * @param reading how the layers are read; its progress is told of comparing and listing as well,
 *     and can cancel all of it
 */
public record ReportOptions(String title, int maxPaths, ReadOptions reading) {
  private static final int DEFAULT_PATHS = 1_000_000;

  /**
   * Checks the parts.
   *
   * @throws IllegalArgumentException if no path may be listed
   */
  public ReportOptions {
    Objects.requireNonNull(title);
    Objects.requireNonNull(reading);
    if (maxPaths < 1) {
      throw new IllegalArgumentException("maxPaths is " + maxPaths + ", not at least 1");
    }
  }

  /** No title of its own, at most 1,000,000 paths, the default way of reading. */
  public static ReportOptions defaults() {
    return new ReportOptions("", DEFAULT_PATHS, ReadOptions.defaults());
  }

  /** A copy with another title. */
  public ReportOptions withTitle(String title) {
    return new ReportOptions(title, maxPaths, reading);
  }

  /** A copy that may list so many paths. */
  public ReportOptions withMaxPaths(int maxPaths) {
    return new ReportOptions(title, maxPaths, reading);
  }

  /** A copy that reads layers in this way. */
  public ReportOptions withReading(ReadOptions reading) {
    return new ReportOptions(title, maxPaths, reading);
  }
}
