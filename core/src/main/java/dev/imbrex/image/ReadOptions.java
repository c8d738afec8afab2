package dev.imbrex.image;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.Findings;
import java.util.Objects;

/**
 * How the layers of an image are read.
 *
 * <pre>{@code
 * FileTree files = image.files(ReadOptions.defaults().withFindings(Findings.strict()));
 * }</pre>
 *
 * @param limits how much they may hold
 * @param findings takes what is irregular in them and tolerated, or refuses it (LC-M10); as it is
 *     for one thread at a time, so are options with it
 * @param progress is told of each layer that has to be read, in bytes as stored
 */
public record ReadOptions(ImageLimits limits, Findings findings, Progress progress) {
  /** Checks that nothing is null. */
  public ReadOptions {
    Objects.requireNonNull(limits);
    Objects.requireNonNull(findings);
    Objects.requireNonNull(progress);
  }

  /** The default limits, findings of its own that are tolerant, and nobody who is told. */
  public static ReadOptions defaults() {
    return new ReadOptions(ImageLimits.defaults(), Findings.tolerant(), Progress.none());
  }

  /** A copy with other limits. */
  public ReadOptions withLimits(ImageLimits limits) {
    return new ReadOptions(limits, findings, progress);
  }

  /** A copy that reports to these findings. */
  public ReadOptions withFindings(Findings findings) {
    return new ReadOptions(limits, findings, progress);
  }

  /** A copy that tells this progress. */
  public ReadOptions withProgress(Progress progress) {
    return new ReadOptions(limits, findings, progress);
  }
}
