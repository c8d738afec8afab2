package dev.imbrex.registry;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.manifest.reference.InvalidReferenceException;
import dev.imbrex.manifest.reference.Reference;
import dev.imbrex.manifest.reference.Repository;
import java.util.Optional;

/**
 * What a name means in a repository: a tag, written alone or in a full reference, or a digest,
 * likewise.
 *
 * @param text the tag or the digest, as it stands in a URL
 * @param digest the digest, if it is one
 */
record RepositoryName(String text, Optional<Digest> digest) {
  /** Reads a name; empty if it is of another repository, or cannot be a name at all. */
  static Optional<RepositoryName> find(Repository repository, String name) {
    if (Reference.isTag(name)) {
      return Optional.of(tag(name));
    }
    Optional<Digest> digest = digest(name);
    if (digest.isPresent()) {
      return digest.map(RepositoryName::of);
    }
    try {
      Reference reference = Reference.parse(name);
      if (!reference.repository().equals(repository)) {
        return Optional.empty();
      }
      return reference
          .digest()
          .map(RepositoryName::of)
          .or(() -> reference.withDefaultTag().tag().map(RepositoryName::tag));
    } catch (InvalidReferenceException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads a name that must be a tag.
   *
   * @throws UnsupportedContentException if it is none of this repository
   */
  static String requireTag(Repository repository, String name) throws UnsupportedContentException {
    return find(repository, name)
        .filter(found -> found.digest().isEmpty())
        .map(RepositoryName::text)
        .orElseThrow(
            () ->
                new UnsupportedContentException(
                    "A name in " + repository + " is " + repository + ":TAG, not " + name));
  }

  private static RepositoryName tag(String tag) {
    return new RepositoryName(tag, Optional.empty());
  }

  private static RepositoryName of(Digest digest) {
    return new RepositoryName(digest.toString(), Optional.of(digest));
  }

  private static Optional<Digest> digest(String text) {
    try {
      return text.indexOf(':') < 0 || text.indexOf('@') >= 0
          ? Optional.empty()
          : Optional.of(Digest.parse(text)).filter(found -> found.findAlgorithm().isPresent());
    } catch (InvalidDigestException e) {
      return Optional.empty();
    }
  }
}
