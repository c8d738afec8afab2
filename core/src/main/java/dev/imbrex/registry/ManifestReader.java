package dev.imbrex.registry;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.InvalidMediaTypeException;
import dev.imbrex.manifest.document.Manifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.document.ParseContext;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.registry.RepositoryAccess.Fetched;
import dev.imbrex.registry.RepositoryAccess.Head;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Reads manifests of one repository, from its mirrors or from itself (SN-G16, SN-G30). Safe for use
 * by many threads.
 */
final class ManifestReader {
  private final String name;
  private final List<RepositoryAccess> places;
  private final ManifestCache cache;
  private final RegistryOptions options;

  /**
   * A reader.
   *
   * @param name the repository, for messages
   * @param places where to look, mirrors first, itself last
   */
  ManifestReader(
      String name, List<RepositoryAccess> places, ManifestCache cache, RegistryOptions options) {
    this.name = name;
    this.places = places;
    this.cache = cache;
    this.options = options;
  }

  /** What is asked of each place in turn. */
  @FunctionalInterface
  private interface Question<T> {
    Optional<T> ask(RepositoryAccess place) throws IOException;
  }

  /** What a tag stands for, or what there is of a digest. */
  Optional<Descriptor> describe(String reference, @Nullable Digest digest) throws IOException {
    Optional<Descriptor> found = first(place -> describe(place, reference, digest));
    if (found.isPresent()) {
      ManifestKinds.refuseSchema1(found.get().mediaType(), name + " " + reference);
    }
    return found;
  }

  /** What a tag stands for at one place, retired formats included. */
  Optional<Descriptor> describe(RepositoryAccess place, String reference, @Nullable Digest digest)
      throws IOException {
    Optional<Head> head = place.headManifest(reference);
    return head.isEmpty()
        ? Optional.empty()
        : Optional.of(described(place, reference, digest, head.get()));
  }

  /** The bytes of a manifest, verified. */
  byte[] read(Descriptor manifest) throws IOException {
    String what = "Manifest " + manifest.digest() + " in " + name;
    ManifestKinds.refuseSchema1(manifest.mediaType(), what);
    int limit = options.limits().manifestBytes();
    if (manifest.size() > limit) {
      throw new LimitExceededException(what, "manifestBytes", limit);
    }
    byte[] bytes = find(manifest).orElseThrow(() -> new ContentNotFoundException("No " + what));
    if (bytes.length != manifest.size()) {
      throw new DigestMismatchException(what, manifest.size() + " bytes", bytes.length + " bytes");
    }
    return bytes;
  }

  /** The bytes of a manifest, verified by digest; empty if it is nowhere. */
  Optional<byte[]> find(Descriptor manifest) throws IOException {
    Optional<byte[]> known = cache.find(manifest.digest());
    if (known.isPresent()) {
      return known;
    }
    Optional<Fetched> fetched =
        first(place -> place.getManifest(manifest.digest(), manifest.mediaType()));
    fetched.ifPresent(found -> cache.keep(manifest.digest(), found.bytes()));
    return fetched.map(Fetched::bytes);
  }

  private <T> Optional<T> first(Question<T> question) throws IOException {
    for (RepositoryAccess mirror : places.subList(0, places.size() - 1)) {
      Optional<T> answer = askMirror(question, mirror);
      if (answer.isPresent()) {
        return answer;
      }
    }
    return question.ask(places.get(places.size() - 1));
  }

  /** A mirror is a help; what it cannot do the next one does. */
  private static <T> Optional<T> askMirror(Question<T> question, RepositoryAccess mirror)
      throws IOException {
    try {
      return question.ask(mirror);
    } catch (RegistryException e) {
      return Optional.empty();
    }
  }

  private Descriptor described(
      RepositoryAccess place, String reference, @Nullable Digest digest, Head head)
      throws IOException {
    Optional<MediaType> type = type(head.contentType()).filter(ManifestKinds::isTelling);
    Optional<Digest> told =
        digest != null
            ? Optional.of(digest)
            : head.digest().filter(d -> d.findAlgorithm().isPresent());
    OptionalLong size = head.size();
    if (type.isPresent() && told.isPresent() && size.isPresent()) {
      return Descriptor.of(type.get(), told.get(), size.getAsLong());
    }
    return fetched(place, reference, digest);
  }

  /** Where a HEAD does not tell enough, the manifest itself does (SN-G15). */
  private Descriptor fetched(RepositoryAccess place, String reference, @Nullable Digest digest)
      throws IOException {
    Fetched fetched =
        (digest == null ? place.getManifestByTag(reference) : place.getManifest(digest, null))
            .orElseThrow(
                () -> new ContentNotFoundException("No manifest " + reference + " in " + name));
    cache.keep(fetched.digest(), fetched.bytes());
    Optional<MediaType> type = type(fetched.contentType()).filter(ManifestKinds::isTelling);
    if (type.isPresent() && !type.get().isManifest()) {
      return Descriptor.of(type.get(), fetched.digest(), fetched.bytes().length);
    }
    return parse(fetched, reference).descriptor();
  }

  private Manifest parse(Fetched fetched, String reference) throws ImageException {
    ParseContext context =
        ParseContext.of(name + " " + reference)
            .withDigest(fetched.digest())
            .withLimits(options.limits());
    return Manifest.parse(
        fetched.bytes(),
        fetched.contentType().isPresent()
            ? context.withContentType(fetched.contentType().get())
            : context);
  }

  private static Optional<MediaType> type(Optional<String> contentType) {
    try {
      return contentType.map(MediaType::fromContentType);
    } catch (InvalidMediaTypeException e) {
      return Optional.empty();
    }
  }
}
