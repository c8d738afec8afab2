package dev.imbrex.manifest.reference;

import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.digest.Digest;
import java.util.Optional;

/**
 * A reference that has no name: the digest alone. Immutable; printed as the digest.
 *
 * @param value the digest
 */
public record DigestReference(Digest value) implements AnyReference {
  /** Creates a reference to a digest. */
  public DigestReference {
    requireNonNull(value);
  }

  /** The digest; never empty. */
  @Override
  public Optional<Digest> digest() {
    return Optional.of(value);
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
