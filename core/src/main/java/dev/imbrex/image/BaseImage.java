package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import java.util.Optional;

/**
 * The image another one was built on, as far as it is known (SN-H4).
 *
 * @param image the base, if it is in the store
 * @param name the name it went by at the build, if an annotation tells
 * @param digest the digest of its manifest, if it is known
 * @param evidence how it was found out
 */
public record BaseImage(
    Optional<Image> image, Optional<String> name, Optional<Digest> digest, Evidence evidence) {
  /** How a base was found out. */
  public enum Evidence {
    /** A parent link of the store, followed to the first image that was not built here. */
    PARENT_LINK,
    /** The annotations {@code org.opencontainers.image.base.*}, or labels of these names. */
    ANNOTATION,
    /** The longest proper prefix of the layers among the images of the store. */
    LAYERS
  }
}
