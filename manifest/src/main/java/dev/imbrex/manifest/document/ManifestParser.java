package dev.imbrex.manifest.document;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.DocumentWarning.Kind;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.manifest.internal.json.Excerpt;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Verifies and reads one document (SN-M3 to SN-M6). */
final class ManifestParser {
  /** What servers say that do not know what they serve; it tells nothing about the document. */
  private static final List<String> GENERIC_TYPES =
      List.of(
          "application/json",
          "application/octet-stream",
          "binary/octet-stream",
          "text/json",
          "text/plain");

  private final byte[] bytes;
  private final ParseContext context;
  private final String what;
  private final List<DocumentWarning> warnings = new ArrayList<>();

  ManifestParser(byte[] bytes, ParseContext context) {
    this.bytes = bytes;
    this.context = context;
    this.what = named(context);
  }

  Manifest parse() throws ImageException {
    Optional<MediaType> contentType = contentType();
    refuseSchema1(context.descriptor().map(Descriptor::mediaType));
    refuseSchema1(contentType);
    requireBytes();
    Digest digest = verified();
    JsonObject json = read();
    refuseSchema1(json);
    requireVersion2(json);
    requireOneKind(json);
    MediaType mediaType = mediaType(json, contentType);
    requireEntries(json, mediaType.isIndex() ? Members.MANIFESTS : Members.LAYERS);
    return manifest(new Manifest.Source(what, bytes, json, mediaType, digest, warnings));
  }

  private Manifest manifest(Manifest.Source source) throws MalformedContentException {
    requireMembersOf(source.mediaType, source.json);
    return source.mediaType.isIndex() ? new IndexManifest(source) : new ImageManifest(source);
  }

  // What it is called.

  private static String named(ParseContext context) {
    String name = "manifest of " + context.what();
    return context
        .digest()
        .map(Digest::toString)
        .filter(digest -> !name.contains(digest))
        .map(digest -> name + " (" + Excerpt.of(digest) + ")")
        .orElse(name);
  }

  // Whether it is what was promised.

  private void requireBytes() throws LimitExceededException {
    int limit = context.limits().manifestBytes();
    if (bytes.length > limit) {
      throw new LimitExceededException(what, "manifestBytes", limit);
    }
  }

  private Digest verified() throws ImageException {
    Optional<Digest> expected = context.digest();
    if (expected.isEmpty()) {
      return Digest.sha256(bytes);
    }
    Digest found = Digest.of(algorithmOf(expected.get()), bytes);
    try {
      requireSize();
      if (!found.equals(expected.get())) {
        throw new DigestMismatchException(what, expected.get().toString(), found.toString());
      }
    } catch (DigestMismatchException e) {
      refuseUnverifiedSchema1();
      throw e;
    }
    return found;
  }

  private void requireSize() throws DigestMismatchException {
    Optional<Descriptor> descriptor = context.descriptor();
    if (descriptor.isPresent() && descriptor.get().size() != bytes.length) {
      throw new DigestMismatchException(
          what, descriptor.get().size() + " bytes", bytes.length + " bytes");
    }
  }

  private DigestAlgorithm algorithmOf(Digest digest) throws UnsupportedContentException {
    return digest
        .findAlgorithm()
        .orElseThrow(
            () ->
                new UnsupportedContentException(
                    what + " cannot be verified: the algorithm of its digest is not supported"));
  }

  // Schema 1.

  /**
   * The digest of a schema 1 manifest leaves its signatures out, so it never fits. Where nothing
   * else tells, a look at the content saves people a riddle; nothing is taken from it.
   */
  private void refuseUnverifiedSchema1() throws UnsupportedContentException {
    try {
      refuseSchema1(read());
    } catch (UnsupportedContentException e) {
      throw e;
    } catch (ImageException e) {
      // It is not what was promised, and that is what the caller hears.
      return;
    }
  }

  private void refuseSchema1(Optional<MediaType> mediaType) throws UnsupportedContentException {
    if (mediaType.filter(MediaType::isSchema1).isPresent()) {
      throw schema1();
    }
  }

  private void refuseSchema1(JsonObject json) throws ImageException {
    boolean stated = json.findLong(Members.SCHEMA_VERSION).filter(v -> v == 1).isPresent();
    boolean shaped = !json.has(Members.SCHEMA_VERSION) && json.has(Members.FS_LAYERS);
    if (stated || shaped) {
      throw schema1();
    }
    refuseSchema1(Members.findMediaType(json, Members.MEDIA_TYPE));
  }

  private UnsupportedContentException schema1() {
    return new UnsupportedContentException(
        what
            + " is in Docker's manifest format schema 1, which is retired: rebuild the image, or"
            + " push it again with a current tool");
  }

  // What it has to have.

  private JsonObject read() throws ImageException {
    JsonObject json = Json.parseObject(bytes, what, context.limits().ofManifests());
    Members.requireExactCase(json, Members.OF_MANIFEST);
    return json;
  }

  private static void requireVersion2(JsonObject json) throws MalformedContentException {
    long version = json.requireLong(Members.SCHEMA_VERSION);
    if (version != 2) {
      throw json.malformed(Members.SCHEMA_VERSION, "expected 2, found " + version);
    }
  }

  private static void requireOneKind(JsonObject json) throws MalformedContentException {
    if (json.has(Members.MANIFESTS)) {
      refuseBeside(json, Members.MANIFESTS, Members.CONFIG);
      refuseBeside(json, Members.MANIFESTS, Members.LAYERS);
    }
    if (json.has(Members.FS_LAYERS)) {
      throw json.malformed(Members.FS_LAYERS, "a member of schema 1 in a document of schema 2");
    }
  }

  private static void refuseBeside(JsonObject json, String one, String other)
      throws MalformedContentException {
    if (json.has(other)) {
      throw json.malformed(
          other, "beside \"" + one + "\": it could be taken for an index or for a manifest");
    }
  }

  /**
   * A manifest must have a config and an index manifests; and since none may have both, none fits
   * two types. Null stands for no entries, as Go prints it; a missing member for another type.
   */
  private static void requireMembersOf(MediaType mediaType, JsonObject json)
      throws MalformedContentException {
    String name = mediaType.isIndex() ? Members.MANIFESTS : Members.CONFIG;
    if (!json.has(name)) {
      throw json.malformed(name, "a document of type " + mediaType + " must have it");
    }
  }

  private void requireEntries(JsonObject json, String name) throws ImageException {
    int entries = json.findObjects(name).map(List::size).orElse(0);
    if (entries > context.limits().manifestEntries()) {
      throw new LimitExceededException(what, "manifestEntries", context.limits().manifestEntries());
    }
  }

  // What type it is.

  private MediaType mediaType(JsonObject json, Optional<MediaType> contentType)
      throws ImageException {
    Optional<MediaType> stated = Members.findMediaType(json, Members.MEDIA_TYPE);
    Optional<MediaType> expected = context.descriptor().map(Descriptor::mediaType);
    if (expected.isPresent()) {
      return expectedType(json, expected.get(), stated, contentType);
    }
    if (stated.isPresent()) {
      requireAgreement(json, contentType, stated.get(), "Content-Type");
      return known(stated.get());
    }
    return contentType.isPresent() ? known(contentType.get()) : typeByShape(json);
  }

  private MediaType expectedType(
      JsonObject json,
      MediaType expected,
      Optional<MediaType> stated,
      Optional<MediaType> contentType)
      throws ImageException {
    if (stated.isPresent()) {
      requireAgreement(json, Optional.of(expected), stated.get(), "descriptor");
    }
    if (contentType.isPresent() && !contentType.get().equals(expected)) {
      warn(
          Kind.CONTENT_TYPE_DIFFERS,
          "came with Content-Type " + contentType.get() + ", its descriptor says " + expected);
    }
    return known(expected);
  }

  private static void requireAgreement(
      JsonObject json, Optional<MediaType> other, MediaType stated, String source)
      throws MalformedContentException {
    if (other.isPresent() && !other.get().equals(stated)) {
      throw json.malformed(
          Members.MEDIA_TYPE, "found " + stated + ", but the " + source + " says " + other.get());
    }
  }

  private MediaType known(MediaType mediaType) throws UnsupportedContentException {
    if (!mediaType.isManifest()) {
      throw new UnsupportedContentException(
          what + " is of type " + mediaType + ", which is neither an image manifest nor an index");
    }
    return mediaType;
  }

  private MediaType typeByShape(JsonObject json) throws MalformedContentException {
    MediaType mediaType = shape(json);
    warn(Kind.TYPE_TAKEN_FROM_SHAPE, "states no type; by its members it is a " + mediaType);
    return mediaType;
  }

  private MediaType shape(JsonObject json) throws MalformedContentException {
    if (json.has(Members.MANIFESTS)) {
      return MediaType.OCI_IMAGE_INDEX;
    }
    if (!json.has(Members.CONFIG)) {
      throw new MalformedContentException(
          what, "", "it states no type, and has neither \"manifests\" nor \"config\"");
    }
    MediaType config =
        Members.requireMediaType(json.requireObject(Members.CONFIG), Members.MEDIA_TYPE);
    if (config.equals(MediaType.DOCKER_IMAGE_CONFIG)) {
      return MediaType.DOCKER_MANIFEST;
    }
    if (!config.equals(MediaType.OCI_IMAGE_CONFIG) && !json.has(Members.LAYERS)) {
      throw new MalformedContentException(
          what, "", "it states no type, and has a \"config\" of no image but no \"layers\"");
    }
    return MediaType.OCI_IMAGE_MANIFEST;
  }

  /** The type of the header, if it says more than that there are bytes. */
  private Optional<MediaType> contentType() {
    Optional<String> header = context.contentType();
    if (header.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(MediaType.fromContentType(header.get()))
          .filter(type -> !GENERIC_TYPES.contains(type.toString()));
    } catch (InvalidMediaTypeException e) {
      warn(
          Kind.CONTENT_TYPE_UNREADABLE,
          "came with an unreadable Content-Type: " + Excerpt.quoted(header.get()));
      return Optional.empty();
    }
  }

  private void warn(Kind kind, String problem) {
    warnings.add(new DocumentWarning(kind, what + " " + problem));
  }
}
