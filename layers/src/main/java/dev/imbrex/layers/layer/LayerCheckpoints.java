package dev.imbrex.layers.layer;

import dev.imbrex.layers.compress.Checkpoints;

/**
 * Where reading of a layer can begin later, and what the digest of its tar was on the way, so that
 * what is read again can be verified without reading all of it: at most 64 places of 32 KiB each in
 * what is stored, and 256 digests. {@link LayerReader#checkpoints} collects them, {@link
 * LayerContents#remember} makes use of them. Immutable, safe for use by many threads.
 */
public final class LayerCheckpoints {
  private static final LayerCheckpoints NONE =
      new LayerCheckpoints(Checkpoints.none(), DigestMarks.none());

  private final Checkpoints stored;
  private final DigestMarks marks;

  LayerCheckpoints(Checkpoints stored, DigestMarks marks) {
    this.stored = stored;
    this.marks = marks;
  }

  /** No place at all. */
  static LayerCheckpoints none() {
    return NONE;
  }

  /** Places in what is stored. */
  Checkpoints stored() {
    return stored;
  }

  /** Digests of the tar. */
  DigestMarks marks() {
    return marks;
  }
}
