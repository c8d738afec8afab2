package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import java.util.List;

/**
 * What a collection deleted, or would delete.
 *
 * @param garbage the digests of the content nothing leads to
 * @param bytes how many bytes it takes, as stored, with what interrupted writers left behind
 * @param dryRun whether it was only counted, and is still there
 */
public record CollectionReport(List<Digest> garbage, long bytes, boolean dryRun) {
  /** Copies the list. */
  public CollectionReport {
    garbage = List.copyOf(garbage);
  }
}
