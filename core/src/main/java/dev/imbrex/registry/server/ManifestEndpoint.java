package dev.imbrex.registry.server;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.InvalidMediaTypeException;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.reference.Reference;
import dev.imbrex.registry.internal.http.HttpResponse;
import dev.imbrex.registry.internal.wire.ErrorCode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Manifests (OCI distribution-spec 1.1, "Pulling", "Pushing Manifests"; SN-T4 to SN-T6, SN-T13).
 */
final class ManifestEndpoint {
  private final Repositories repositories;
  private final RegistryServerOptions options;

  ManifestEndpoint(Repositories repositories, RegistryServerOptions options) {
    this.repositories = repositories;
    this.options = options;
  }

  HttpResponse get(Call call) throws IOException {
    Descriptor manifest = require(call);
    HttpResponse response =
        HttpResponse.of(200)
            .with("Docker-Content-Digest", manifest.digest().toString())
            .with("ETag", etag(manifest.digest()));
    String type = manifest.mediaType().toString();
    return call.isHead()
        ? response.withLength(type, manifest.size())
        : response.withBody(type, repositories.storage().open(manifest), manifest.size());
  }

  HttpResponse put(Call call) throws IOException {
    String reference = call.route().argument();
    boolean byDigest = isDigest(reference);
    List<String> tags =
        byDigest ? call.query().all("tag").stream().distinct().toList() : List.of(reference);
    for (String tag : tags) {
      requireTag(tag);
    }
    Optional<Digest> wanted = byDigest ? Optional.of(Call.verifiable(reference)) : Optional.empty();
    byte[] bytes = read(call);
    Digest digest =
        wanted.isPresent()
            ? Digest.of(wanted.get().requireAlgorithm(), bytes)
            : Digest.sha256(bytes);
    if (wanted.isPresent() && !wanted.get().equals(digest)) {
      throw new Refusal(
          ErrorCode.DIGEST_INVALID, "The manifest has the digest " + digest + ", not " + reference);
    }
    MediaType type = mediaType(call, bytes);
    ManifestFacts facts = facts(type, bytes);
    requireBlobs(call, facts);
    Descriptor manifest = Descriptor.of(type, digest, bytes.length);
    Optional<Digest> expected = expected(call);
    if (!repositories.putManifest(call.repository(), bytes, manifest, facts, tags, expected)) {
      throw new Refusal(412, ErrorCode.TAG_INVALID, "The tag stands for something else now");
    }
    HttpResponse response =
        HttpResponse.of(201)
            .with("Location", call.path("/manifests/" + digest))
            .with("Docker-Content-Digest", digest.toString())
            .with("ETag", etag(digest));
    facts.subject().ifPresent(subject -> response.with("OCI-Subject", subject.toString()));
    if (byDigest) {
      tags.forEach(tag -> response.fields().add("OCI-Tag", tag));
    }
    return response;
  }

  HttpResponse delete(Call call) throws IOException {
    String reference = call.route().argument();
    boolean byDigest = isDigest(reference);
    Endpoints.requireDeletable(
        options,
        byDigest ? RegistryServerOptions.Deletable.MANIFEST : RegistryServerOptions.Deletable.TAG);
    boolean gone =
        byDigest
            ? repositories.deleteManifest(call.repository(), Call.digest(reference))
            : repositories.tags().delete(call.repository(), requireTag(reference));
    if (!gone) {
      throw unknown(call);
    }
    return HttpResponse.of(202);
  }

  private Descriptor require(Call call) throws IOException {
    String reference = call.route().argument();
    Optional<Descriptor> manifest =
        isDigest(reference)
            ? repositories.manifest(call.repository(), Call.digest(reference))
            : repositories.tags().find(call.repository(), requireTag(reference));
    if (manifest.isEmpty() || !repositories.storage().exists(manifest.get())) {
      throw unknown(call);
    }
    return manifest.get();
  }

  private byte[] read(Call call) throws IOException {
    int limit = options.manifestBytes();
    boolean tooLarge = call.request().length().orElse(0) > limit;
    byte[] bytes = tooLarge ? new byte[0] : call.request().body().readNBytes(limit + 1);
    if (tooLarge || bytes.length > limit) {
      throw new Refusal(
          413, ErrorCode.SIZE_INVALID, "The manifest is larger than " + limit + " bytes");
    }
    return bytes;
  }

  /** The Content-Type as it came, without parameters; else what the document says it is. */
  private static MediaType mediaType(Call call, byte[] bytes) throws Refusal {
    Optional<String> header = call.request().fields().find("Content-Type");
    if (header.isPresent()) {
      int semicolon = header.get().indexOf(';');
      String type = semicolon < 0 ? header.get() : header.get().substring(0, semicolon);
      try {
        return MediaType.parse(type.strip());
      } catch (InvalidMediaTypeException e) {
        throw new Refusal(ErrorCode.MANIFEST_INVALID, "The Content-Type is no media type");
      }
    }
    return ManifestFacts.statedType(bytes)
        .orElseThrow(
            () -> new Refusal(ErrorCode.MANIFEST_INVALID, "There is no Content-Type, and no type"));
  }

  /** A document of a type that is known must be JSON; what others are is not known here. */
  private static ManifestFacts facts(MediaType type, byte[] bytes) throws Refusal {
    Optional<ManifestFacts> facts = ManifestFacts.parse(bytes);
    if (facts.isEmpty() && type.isManifest()) {
      throw new Refusal(ErrorCode.MANIFEST_INVALID, "The manifest is not a JSON object");
    }
    return facts.orElse(ManifestFacts.NONE);
  }

  private void requireBlobs(Call call, ManifestFacts facts) throws IOException {
    if (!options.blobsRequired()) {
      return;
    }
    for (Descriptor blob : facts.blobs()) {
      if (!blob.mediaType().isNondistributable()
          && repositories.blob(call.repository(), blob.digest()).isEmpty()) {
        throw missing(blob);
      }
    }
    for (Descriptor manifest : facts.manifests()) {
      if (repositories.manifest(call.repository(), manifest.digest()).isEmpty()) {
        throw missing(manifest);
      }
    }
  }

  private static Refusal missing(Descriptor content) {
    return new Refusal(
        ErrorCode.MANIFEST_BLOB_UNKNOWN, "The repository does not have " + content.digest());
  }

  /** The digest an If-Match header names (SN-G26). */
  private static Optional<Digest> expected(Call call) throws Refusal {
    Optional<String> header = call.request().fields().find("If-Match").filter(h -> !h.equals("*"));
    return header.isEmpty()
        ? Optional.empty()
        : Optional.of(Call.digest(header.get().strip().replace("\"", "")));
  }

  private static boolean isDigest(String reference) {
    return reference.indexOf(':') >= 0;
  }

  private static String requireTag(String tag) throws Refusal {
    if (!Reference.isTag(tag)) {
      throw new Refusal(
          ErrorCode.TAG_INVALID,
          "A tag is 1 to 128 letters, digits, '_', '.' and '-', and begins with none of the last");
    }
    return tag;
  }

  static String etag(Digest digest) {
    return "\"" + digest + "\"";
  }

  private static Refusal unknown(Call call) {
    return new Refusal(
        ErrorCode.MANIFEST_UNKNOWN,
        "There is no manifest " + call.route().argument() + " in " + call.route().repository());
  }
}
