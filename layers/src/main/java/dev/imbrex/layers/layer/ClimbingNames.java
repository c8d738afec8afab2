package dev.imbrex.layers.layer;

/**
 * What becomes of the name of an entry, or of a hard link's target, that climbs above the root by
 * {@code ..} (LC-B26). Nothing outside a target is ever touched either way.
 */
public enum ClimbingNames {
  /** It is an error, as it is for Docker. */
  REFUSE,
  /**
   * What climbs counts for nothing, as the parent of {@code /} is {@code /}: {@code ../../etc/x} is
   * {@code /etc/x}. umoci and containerd read layers so. Each such name is a {@link
   * dev.imbrex.layers.tree.Finding.Code#CLAMPED_NAME finding}.
   */
  CLAMP
}
