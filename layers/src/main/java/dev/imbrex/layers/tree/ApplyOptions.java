package dev.imbrex.layers.tree;

import dev.imbrex.layers.progress.Progress;
import java.util.Objects;

/**
 * How a layer is applied to a tree.
 *
 * @param findings takes what is irregular and tolerated, or refuses it (LC-M10); as it is for one
 *     thread at a time, so are options with it
 * @param progress is asked every now and then whether to go on
 */
public record ApplyOptions(Findings findings, Progress progress) {
  /** Checks that nothing is null. */
  public ApplyOptions {
    Objects.requireNonNull(findings);
    Objects.requireNonNull(progress);
  }

  /** Findings of its own that are tolerant, and nobody who is told. */
  public static ApplyOptions defaults() {
    return new ApplyOptions(Findings.tolerant(), Progress.none());
  }

  /** A copy that reports to these findings. */
  public ApplyOptions withFindings(Findings findings) {
    return new ApplyOptions(findings, progress);
  }

  /** A copy that tells this progress. */
  public ApplyOptions withProgress(Progress progress) {
    return new ApplyOptions(findings, progress);
  }
}
