package dev.imbrex.layers.tree;

import dev.imbrex.layers.progress.Progress;
import java.util.Objects;

/**
 * How a layer is applied to a tree.
 *
 * @param resolution where the parents of entries are looked for
 * @param findings takes what is irregular and tolerated, or refuses it (LC-M10); as it is for one
 *     thread at a time, so are options with it
 * @param progress is asked every now and then whether to go on
 */
public record ApplyOptions(Resolution resolution, Findings findings, Progress progress) {
  /** Checks that nothing is null. */
  public ApplyOptions {
    Objects.requireNonNull(resolution);
    Objects.requireNonNull(findings);
    Objects.requireNonNull(progress);
  }

  /** Flat, findings of its own that are tolerant, and nobody who is told. */
  public static ApplyOptions defaults() {
    return new ApplyOptions(Resolution.FLAT, Findings.tolerant(), Progress.none());
  }

  /** A copy that looks for parents there. */
  public ApplyOptions withResolution(Resolution resolution) {
    return new ApplyOptions(resolution, findings, progress);
  }

  /** A copy that reports to these findings. */
  public ApplyOptions withFindings(Findings findings) {
    return new ApplyOptions(resolution, findings, progress);
  }

  /** A copy that tells this progress. */
  public ApplyOptions withProgress(Progress progress) {
    return new ApplyOptions(resolution, findings, progress);
  }
}
