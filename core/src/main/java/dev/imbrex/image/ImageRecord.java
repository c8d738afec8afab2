package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import java.time.Instant;
import java.util.Optional;

/**
 * What a storage knows of an image beside its content (SN-H1).
 *
 * @param image descriptor of the image manifest
 * @param id the image id: digest of the config bytes
 * @param parent digest of the manifest of the image this one was made from, where that is known
 * @param builtLocally whether it was built here, and did not come from elsewhere
 * @param lastUsed when it was last recorded: built, brought in, or linked
 * @param step what made it out of its parent, as a digest over all that has a say; builders find
 *     the images they made by it (SN-B32)
 */
public record ImageRecord(
    Descriptor image,
    Digest id,
    Optional<Digest> parent,
    boolean builtLocally,
    Instant lastUsed,
    Optional<Digest> step) {
  /** A record of an image that nobody knows the step of. */
  public ImageRecord(
      Descriptor image,
      Digest id,
      Optional<Digest> parent,
      boolean builtLocally,
      Instant lastUsed) {
    this(image, id, parent, builtLocally, lastUsed, Optional.empty());
  }

  /** The same record with another parent, or none, from which no step is known to lead here. */
  public ImageRecord withParent(Optional<Digest> newParent) {
    return new ImageRecord(image, id, newParent, builtLocally, lastUsed);
  }

  /** The same record with the step that led here from the parent. */
  public ImageRecord withStep(Digest newStep) {
    return new ImageRecord(image, id, parent, builtLocally, lastUsed, Optional.of(newStep));
  }

  /** The same record, used at an instant. */
  public ImageRecord usedAt(Instant instant) {
    return new ImageRecord(image, id, parent, builtLocally, instant, step);
  }
}
