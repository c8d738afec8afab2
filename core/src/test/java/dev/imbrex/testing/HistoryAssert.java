package dev.imbrex.testing;

import dev.imbrex.manifest.config.History;
import java.util.List;
import org.assertj.core.api.AbstractAssert;

/** Assertions on a history, oldest step first, as configs have it. */
public final class HistoryAssert extends AbstractAssert<HistoryAssert, List<History>> {
  HistoryAssert(List<History> actual) {
    super(actual, HistoryAssert.class);
  }

  /** These are all steps, by what the history says made them. */
  public HistoryAssert hasSteps(String... createdBy) {
    return same(List.of(createdBy), actual.stream().map(History::createdBy).toList());
  }

  /** The steps are the same in all that is said of them. */
  public HistoryAssert hasSameStepsAs(List<History> expected) {
    return same(
        expected.stream().map(HistoryAssert::row).toList(),
        actual.stream().map(HistoryAssert::row).toList());
  }

  private HistoryAssert same(List<String> expected, List<String> found) {
    if (!found.equals(expected)) {
      throw failure(
          "Expected another history (- expected, + found):%n%s",
          String.join("\n", LineDiff.compare(expected, found)));
    }
    return this;
  }

  /** Time, what made it, and what else there is; equal rows are equal steps. */
  private static String row(History step) {
    return step.createdText().orElse("no time")
        + "  "
        + step.createdBy()
        + (step.isEmptyLayer() ? "  (no layer)" : "")
        + (step.author().isEmpty() ? "" : "  by " + step.author())
        + (step.comment().isEmpty() ? "" : "  # " + step.comment());
  }
}
