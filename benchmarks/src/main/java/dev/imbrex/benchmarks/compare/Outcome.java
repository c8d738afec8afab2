package dev.imbrex.benchmarks.compare;

import java.util.Collections;
import java.util.List;

/**
 * What a job has come to.
 *
 * @param job its name
 * @param what what was done
 * @param input on what
 * @param entries how many entries that has
 * @param rows ours, then the peers
 */
record Outcome(String job, String what, String input, long entries, List<Row> rows) {
  /**
   * The runs of one contestant.
   *
   * @param name who
   * @param seconds the time of each run, in order
   * @param bytes what was written
   * @param ratio our time by this one's: the median over the rounds; 1 for ourselves
   * @param target the most it should be, 0 if nothing is aimed at
   * @param weight what memory a run takes
   */
  record Row(
      String name, List<Double> seconds, long bytes, double ratio, double target, Weight weight) {
    double median() {
      return Outcome.median(seconds);
    }

    double least() {
      return Collections.min(seconds);
    }

    double most() {
      return Collections.max(seconds);
    }

    boolean isReached() {
      return target == 0 || ratio <= target;
    }
  }

  static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }
}
