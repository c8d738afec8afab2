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
 */
public record ImageRecord(
    Descriptor image, Digest id, Optional<Digest> parent, boolean builtLocally, Instant lastUsed) {
  /** The same record with another parent, or none. */
  public ImageRecord withParent(Optional<Digest> newParent) {
    return new ImageRecord(image, id, newParent, builtLocally, lastUsed);
  }

  /** The same record, used at an instant. */
  public ImageRecord usedAt(Instant instant) {
    return new ImageRecord(image, id, parent, builtLocally, instant);
  }
}
