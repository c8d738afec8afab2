package dev.imbrex.manifest.reference;

import dev.imbrex.manifest.digest.Digest;
import java.util.Optional;

/**
 * What a person may give where an image is wanted: a name, or the digest of an image without a name
 * (SN-R14). {@link Reference#parseAny} makes it.
 */
public sealed interface AnyReference permits Reference, DigestReference {
  /** The digest, if there is one. */
  Optional<Digest> digest();
}
