package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.AmbiguousNameException;
import dev.imbrex.manifest.reference.InvalidReferenceException;
import dev.imbrex.manifest.reference.Reference;
import dev.imbrex.manifest.reference.Repository;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Finds what a text stands for in a storage: a name as it stands, a digest, a reference, or the
 * unique beginning of an image id or digest, in this order (SN-R18, SN-S7).
 */
final class NameLookup {
  private static final Pattern HEX_PREFIX = Pattern.compile("(?:sha256:)?([0-9a-f]{1,64})");

  private final Storage storage;
  private final ImageLoader loader;

  NameLookup(Storage storage, ImageLoader loader) {
    this.storage = storage;
    this.loader = loader;
  }

  /** The name under which a text is stored: the full reference, with a tag (SN-R13). */
  static String storedName(String text) {
    Reference reference = Reference.parse(text);
    if (reference.digest().isPresent()) {
      throw new IllegalArgumentException("A name to tag with has no digest: \"" + text + "\"");
    }
    return reference.withDefaultTag().toString();
  }

  Optional<Descriptor> find(String text) throws IOException {
    Optional<Descriptor> exact = storage.resolve(text);
    if (exact.isPresent()) {
      return exact;
    }
    Optional<Digest> digest = parseDigest(text);
    if (digest.isPresent()) {
      return byDigest(digest.get());
    }
    Optional<Reference> reference = parseReference(text);
    if (reference.isPresent()) {
      Optional<Descriptor> named = byReference(reference.get());
      if (named.isPresent()) {
        return named;
      }
    }
    return byPrefix(text);
  }

  private Optional<Descriptor> byReference(Reference reference) throws IOException {
    // With a digest the tag says nothing (SN-R13).
    return reference.digest().isPresent()
        ? byDigest(reference.digest().get())
        : storage.resolve(reference.withDefaultTag().toString());
  }

  /** By the digest of a manifest, an index or a config. */
  private Optional<Descriptor> byDigest(Digest digest) throws IOException {
    Optional<ImageRecord> record = storage.catalog().find(digest);
    if (record.isPresent() && storage.exists(record.get().image())) {
      return record.map(ImageRecord::image);
    }
    return unique(digest.toString(), candidate -> candidate.equals(digest));
  }

  private Optional<Descriptor> byPrefix(String text) throws IOException {
    var matcher = HEX_PREFIX.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    String prefix = matcher.group(1);
    return unique(text, candidate -> candidate.encoded().startsWith(prefix));
  }

  private Optional<Descriptor> unique(String text, Function<Digest, Boolean> fits)
      throws IOException {
    Map<Digest, Descriptor> found = new LinkedHashMap<>();
    for (StorageEntry entry : storage.entries()) {
      if (fits.apply(entry.target().digest())) {
        found.put(entry.target().digest(), entry.target());
      }
    }
    for (StoreSnapshot.Known known : StoreSnapshot.of(storage, loader).images()) {
      if (fits.apply(known.digest()) || fits.apply(idOf(known))) {
        found.put(known.digest(), known.descriptor());
      }
    }
    if (found.size() > 1) {
      throw new AmbiguousNameException(
          "\"" + text + "\" is the beginning of several ids",
          found.keySet().stream().map(Digest::toString).sorted().toList());
    }
    return found.values().stream().findFirst();
  }

  private Digest idOf(StoreSnapshot.Known known) throws IOException {
    if (known.record().isPresent()) {
      return known.record().get().id();
    }
    return loader.image(known.descriptor(), "image " + known.digest()).id();
  }

  private static Optional<Digest> parseDigest(String text) {
    if (text.indexOf(':') < 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(Digest.parse(text)).filter(d -> d.findAlgorithm().isPresent());
    } catch (InvalidDigestException e) {
      // A name, then, or nothing.
      return Optional.empty();
    }
  }

  /** Whether a stored name is a reference into a repository. */
  static boolean isIn(Repository repository, String name) {
    return parseReference(name).filter(r -> r.repository().equals(repository)).isPresent();
  }

  private static Optional<Reference> parseReference(String text) {
    try {
      return Optional.of(Reference.parse(text));
    } catch (InvalidReferenceException e) {
      // 64 hex digits are an id and no reference (SN-R11); other such texts are found nowhere.
      return Optional.empty();
    }
  }

  /** The name as it is stored, if the text is a name that is here. */
  Optional<String> storedNameOf(String text) throws IOException {
    if (storage.resolve(text).isPresent()) {
      return Optional.of(text);
    }
    Optional<Reference> reference = parseReference(text).filter(r -> r.digest().isEmpty());
    if (reference.isEmpty()) {
      return Optional.empty();
    }
    String full = reference.get().withDefaultTag().toString();
    return storage.resolve(full).isPresent() ? Optional.of(full) : Optional.empty();
  }
}
