package dev.imbrex.image;

import dev.imbrex.layers.layer.ClimbingNames;
import dev.imbrex.layers.layer.LayerRules;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ApplyOptions;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Resolution;
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
 * @param progress is told of each layer that has to be read, in bytes as stored, and that is
 *     applied
 * @param resolution where the parents of a layer's entries are looked for (LC-B31)
 * @param stargzFiles whether the files of an image include those that eStargz adds for its own use:
 *     {@code stargz.index.json}, {@code .prefetch.landmark} and {@code .no.prefetch.landmark} in
 *     the root (LC-E19)
 * @param climbingNames what becomes of names in layers that climb above the root (LC-B26)
 */
public record ReadOptions(
    ImageLimits limits,
    Findings findings,
    Progress progress,
    Resolution resolution,
    boolean stargzFiles,
    ClimbingNames climbingNames) {
  /** Checks that nothing is null. */
  public ReadOptions {
    Objects.requireNonNull(limits);
    Objects.requireNonNull(findings);
    Objects.requireNonNull(progress);
    Objects.requireNonNull(resolution);
    Objects.requireNonNull(climbingNames);
  }

  /**
   * The default limits, findings of its own that are tolerant, nobody who is told, layers applied
   * flat, all files, and no name that climbs above the root.
   */
  public static ReadOptions defaults() {
    return new ReadOptions(
        ImageLimits.defaults(),
        Findings.tolerant(),
        Progress.none(),
        Resolution.FLAT,
        true,
        ClimbingNames.REFUSE);
  }

  /** A copy with other limits. */
  public ReadOptions withLimits(ImageLimits limits) {
    return new ReadOptions(limits, findings, progress, resolution, stargzFiles, climbingNames);
  }

  /** A copy that reports to these findings. */
  public ReadOptions withFindings(Findings findings) {
    return new ReadOptions(limits, findings, progress, resolution, stargzFiles, climbingNames);
  }

  /** A copy that tells this progress. */
  public ReadOptions withProgress(Progress progress) {
    return new ReadOptions(limits, findings, progress, resolution, stargzFiles, climbingNames);
  }

  /** A copy that applies layers as engines do that go about it in this way. */
  public ReadOptions withResolution(Resolution resolution) {
    return new ReadOptions(limits, findings, progress, resolution, stargzFiles, climbingNames);
  }

  /** What of these options says what each layer may be. */
  public LayerRules layerRules() {
    return new LayerRules(limits.layer(), climbingNames);
  }

  /** What of these options says how layers are applied. */
  public ApplyOptions applying() {
    return new ApplyOptions(resolution, findings, progress);
  }

  /** A copy that shows the files of eStargz, or hides them. */
  public ReadOptions withStargzFiles(boolean stargzFiles) {
    return new ReadOptions(limits, findings, progress, resolution, stargzFiles, climbingNames);
  }

  /** A copy that takes names that climb above the root in this way. */
  public ReadOptions withClimbingNames(ClimbingNames climbingNames) {
    return new ReadOptions(limits, findings, progress, resolution, stargzFiles, climbingNames);
  }
}
