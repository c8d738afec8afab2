package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

/**
 * What a layer may be: how much it holds, and how its names are taken. Whoever reads a layer again,
 * for the contents of its files, must do so by the rules under which it was read first; {@link
 * LayerContents} does.
 *
 * @param limits how much it may hold
 * @param climbingNames what becomes of names that climb above the root
 */
public record LayerRules(LayerLimits limits, ClimbingNames climbingNames) {
  private static final LayerRules DEFAULTS =
      new LayerRules(LayerLimits.defaults(), ClimbingNames.REFUSE);

  /** Checks that nothing is null. */
  public LayerRules {
    requireNonNull(limits);
    requireNonNull(climbingNames);
  }

  /** The default limits, and no name that climbs above the root. */
  public static LayerRules defaults() {
    return DEFAULTS;
  }

  /** A copy with other limits. */
  public LayerRules withLimits(LayerLimits limits) {
    return new LayerRules(limits, climbingNames);
  }

  /** A copy that takes names that climb above the root in this way. */
  public LayerRules withClimbingNames(ClimbingNames climbingNames) {
    return new LayerRules(limits, climbingNames);
  }
}
