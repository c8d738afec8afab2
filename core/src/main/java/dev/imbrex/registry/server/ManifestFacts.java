package dev.imbrex.registry.server;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonLimits;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a registry needs to know of a manifest. It serves documents whatever is in them, so this is
 * read as far as it can be, and what cannot be read is as if it were not there (SN-T4).
 *
 * @param blobs config and layers, and the entries of an index that are no manifests
 * @param manifests the entries of an index that are, or may be, manifests
 * @param subject the digest of the manifest this one is about
 * @param artifactType what it is, as {@code artifactType} of a referrer (SN-M11)
 * @param annotations its annotations, kept where there is a subject
 */
record ManifestFacts(
    List<Descriptor> blobs,
    List<Descriptor> manifests,
    Optional<Digest> subject,
    Optional<String> artifactType,
    Map<String, String> annotations) {
  static final ManifestFacts NONE =
      new ManifestFacts(List.of(), List.of(), Optional.empty(), Optional.empty(), Map.of());

  private static final String WHAT = "manifest";

  /** Reads a document; empty if it is no JSON object. */
  static Optional<ManifestFacts> parse(byte[] bytes) {
    JsonObject json;
    try {
      json = Json.parseObject(bytes, WHAT, JsonLimits.ofBytes(bytes.length, "manifestBytes"));
    } catch (ImageException e) {
      return Optional.empty();
    }
    List<Descriptor> blobs = new ArrayList<>();
    List<Descriptor> manifests = new ArrayList<>();
    Optional<Descriptor> config = descriptor(json, "config");
    config.ifPresent(blobs::add);
    blobs.addAll(descriptors(json, "layers"));
    for (Descriptor entry : descriptors(json, "manifests")) {
      boolean blob = entry.mediaType().isLayer() || entry.mediaType().isImageConfig();
      (blob ? blobs : manifests).add(entry);
    }
    Optional<Digest> subject = descriptor(json, "subject").map(Descriptor::digest);
    Optional<String> artifactType =
        text(json, "artifactType")
            .or(() -> config.map(Descriptor::mediaType).map(MediaType::toString));
    return Optional.of(
        new ManifestFacts(
            List.copyOf(blobs),
            List.copyOf(manifests),
            subject,
            artifactType,
            subject.isPresent() ? annotations(json) : Map.of()));
  }

  /** The {@code mediaType} member of a document. */
  static Optional<MediaType> statedType(byte[] bytes) {
    try {
      JsonLimits limits = JsonLimits.ofBytes(bytes.length, "manifestBytes");
      return text(Json.parseObject(bytes, WHAT, limits), "mediaType").map(MediaType::parse);
    } catch (ImageException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Optional<String> text(JsonObject json, String name) {
    try {
      return json.findString(name).filter(text -> !text.isEmpty());
    } catch (ImageException e) {
      return Optional.empty();
    }
  }

  private static Map<String, String> annotations(JsonObject json) {
    try {
      return json.findStringMap("annotations").orElse(Map.of());
    } catch (ImageException e) {
      return Map.of();
    }
  }

  private static Optional<Descriptor> descriptor(JsonObject json, String name) {
    try {
      Optional<JsonObject> object = json.findObject(name);
      return object.isEmpty() ? Optional.empty() : pointer(object.get());
    } catch (ImageException e) {
      return Optional.empty();
    }
  }

  private static List<Descriptor> descriptors(JsonObject json, String name) {
    List<Descriptor> found = new ArrayList<>();
    try {
      for (JsonObject object : json.findObjects(name).orElse(List.of())) {
        pointer(object).ifPresent(found::add);
      }
    } catch (ImageException e) {
      return List.of();
    }
    return found;
  }

  /** Media type, digest and size alone: the rest takes memory and is of no use here. */
  private static Optional<Descriptor> pointer(JsonObject object) throws ImageException {
    try {
      return Optional.of(
          Descriptor.of(
              MediaType.parse(object.requireString("mediaType")),
              Digest.parse(object.requireString("digest")),
              object.requireLong("size")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
