package dev.imbrex.layers.tree;

import java.util.Objects;

/**
 * What counts as a difference between two trees, and what of it a layer says. Immutable; {@link
 * #standard} is what layers are made with.
 */
public final class DiffOptions {
  /** How finely modification times are compared (LC-M5). */
  public enum TimePrecision {
    /**
     * Times are equal if they are the same, or lie in one second and one of them has no fraction:
     * it may have lost it in an archive (LC-A5).
     */
    SECONDS,
    /** Times are equal if they are the same. */
    NANOS
  }

  /** How the contents of two files are compared that are not one and the same by reference. */
  public enum Contents {
    /** They count as different. Nothing is read, and no difference is lost. */
    BY_REFERENCE,
    /** Both are read, if they are equally long; a layer with many of them, once. */
    BY_BYTES,
    /**
     * They count as equal if they are equally long, for the times are compared anyway: fast, and
     * blind to a file that was rewritten and given its old time (LC-A6).
     */
    BY_TIME
  }

  private static final DiffOptions STANDARD =
      new DiffOptions(
          TimePrecision.SECONDS, Contents.BY_REFERENCE, true, false, XattrRules.standard(), 0);

  /** Beyond this many, the disk or the memory is the slower part. */
  private static final int MOST_THREADS = 8;

  private final TimePrecision timePrecision;
  private final Contents contents;
  private final boolean directoryTimes;
  private final boolean rootTime;
  private final XattrRules xattrRules;

  /** 0 is one for each processor. */
  private final int parallelism;

  private DiffOptions(
      TimePrecision timePrecision,
      Contents contents,
      boolean directoryTimes,
      boolean rootTime,
      XattrRules xattrRules,
      int parallelism) {
    this.timePrecision = timePrecision;
    this.contents = contents;
    this.directoryTimes = directoryTimes;
    this.rootTime = rootTime;
    this.xattrRules = xattrRules;
    this.parallelism = parallelism;
  }

  /**
   * Whole seconds, contents by reference, times of directories counted but not that of the root,
   * and all extended attributes but those that belong to one machine (LC-A9).
   */
  public static DiffOptions standard() {
    return STANDARD;
  }

  /** A copy that compares times with this precision. */
  public DiffOptions withTimePrecision(TimePrecision precision) {
    return new DiffOptions(
        Objects.requireNonNull(precision),
        contents,
        directoryTimes,
        rootTime,
        xattrRules,
        parallelism);
  }

  /** A copy that compares contents in this way. */
  public DiffOptions withContents(Contents contents) {
    return new DiffOptions(
        timePrecision,
        Objects.requireNonNull(contents),
        directoryTimes,
        rootTime,
        xattrRules,
        parallelism);
  }

  /**
   * A copy that does, or does not, count it as a change if only the time of a directory differs
   * (LC-A11). Layers of Docker leave it out.
   */
  public DiffOptions withDirectoryTimes(boolean counted) {
    return new DiffOptions(timePrecision, contents, counted, rootTime, xattrRules, parallelism);
  }

  /**
   * A copy that does, or does not, count it as a change if only the root's time differs (LC-A13).
   */
  public DiffOptions withRootTime(boolean counted) {
    return new DiffOptions(
        timePrecision, contents, directoryTimes, counted, xattrRules, parallelism);
  }

  /**
   * A copy that neither compares nor writes the extended attributes of these names, in place of
   * those left out so far (LC-A9).
   *
   * @param patterns whole names, or the start of names with a {@code *} at the end
   */
  public DiffOptions withoutXattrs(Iterable<String> patterns) {
    return new DiffOptions(
        timePrecision,
        contents,
        directoryTimes,
        rootTime,
        XattrRules.without(patterns),
        parallelism);
  }

  /**
   * A copy in which so many threads read contents at most, that of the caller among them; with 1 it
   * is the only one. By default there is one for each processor, but no more than 8. What is found
   * does not depend on it.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public DiffOptions withParallelism(int threads) {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads cannot compare");
    }
    return new DiffOptions(timePrecision, contents, directoryTimes, rootTime, xattrRules, threads);
  }

  /** The attributes as they are compared and written: without those left out (LC-A9, LC-A10). */
  public Metadata inLayer(Metadata metadata) {
    return xattrRules.inLayer(metadata);
  }

  TimePrecision timePrecision() {
    return timePrecision;
  }

  Contents contents() {
    return contents;
  }

  boolean directoryTimes() {
    return directoryTimes;
  }

  boolean rootTime() {
    return rootTime;
  }

  int parallelism() {
    return parallelism > 0
        ? parallelism
        : Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors());
  }

  XattrRules xattrRules() {
    return xattrRules;
  }
}
