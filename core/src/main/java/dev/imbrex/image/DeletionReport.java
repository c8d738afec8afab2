package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import java.util.List;

/**
 * What {@link ImageStore#delete} did, step by step.
 *
 * @param untagged the names that were taken away
 * @param deleted the images that are no longer in the store, by manifest digest; their content goes
 *     with the next collection, as far as no other image shares it
 */
public record DeletionReport(List<String> untagged, List<Digest> deleted) {
  /** Copies the lists. */
  public DeletionReport {
    untagged = List.copyOf(untagged);
    deleted = List.copyOf(deleted);
  }
}
