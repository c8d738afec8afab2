package dev.imbrex.manifest.document;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.Excerpt;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the objects of all documents have in common. */
final class Members {
  static final String ANNOTATIONS = "annotations";
  static final String ARTIFACT_TYPE = "artifactType";
  static final String CONFIG = "config";
  static final String DATA = "data";
  static final String DIGEST = "digest";
  static final String FS_LAYERS = "fsLayers";
  static final String LAYERS = "layers";
  static final String MANIFESTS = "manifests";
  static final String MEDIA_TYPE = "mediaType";
  static final String PLATFORM = "platform";
  static final String SCHEMA_VERSION = "schemaVersion";
  static final String SIZE = "size";
  static final String SUBJECT = "subject";
  static final String URLS = "urls";

  /** The members of a manifest or index, in the order the specification's own types print them. */
  static final List<String> OF_MANIFEST =
      List.of(
          SCHEMA_VERSION,
          MEDIA_TYPE,
          ARTIFACT_TYPE,
          CONFIG,
          LAYERS,
          MANIFESTS,
          SUBJECT,
          ANNOTATIONS,
          FS_LAYERS);

  /** The members of a descriptor, in the order the specification's own types print them. */
  static final List<String> OF_DESCRIPTOR =
      List.of(MEDIA_TYPE, DIGEST, SIZE, URLS, ANNOTATIONS, DATA, PLATFORM, ARTIFACT_TYPE);

  private Members() {}

  /**
   * Refuses a member that is known but for upper and lower case. Readers written in Go, which are
   * most, take {@code "Layers"} for {@code "layers"}; to us it would be unknown, and the same bytes
   * would be two different images (LC-C39).
   */
  static void requireExactCase(JsonObject object, List<String> known)
      throws MalformedContentException {
    for (String name : object.names()) {
      if (!known.contains(name)) {
        requireUnknown(name, known, object);
      }
    }
  }

  static Optional<MediaType> findMediaType(JsonObject object, String name)
      throws MalformedContentException {
    Optional<String> text = object.findString(name);
    return text.isEmpty() ? Optional.empty() : Optional.of(mediaType(object, name, text.get()));
  }

  static MediaType requireMediaType(JsonObject object, String name)
      throws MalformedContentException {
    return mediaType(object, name, object.requireString(name));
  }

  static Digest requireDigest(JsonObject object, String name) throws MalformedContentException {
    String text = object.requireString(name);
    try {
      return Digest.parse(text);
    } catch (InvalidDigestException e) {
      String problem =
          e.reason() == InvalidDigestException.Reason.WRONG_LENGTH
              ? "wrong number of hex digits in digest "
              : "not a digest: ";
      throw object.malformed(name, problem + Excerpt.quoted(text), e);
    }
  }

  private static MediaType mediaType(JsonObject object, String name, String text)
      throws MalformedContentException {
    try {
      return MediaType.parse(text);
    } catch (InvalidMediaTypeException e) {
      throw object.malformed(name, "not a media type: " + Excerpt.quoted(text), e);
    }
  }

  private static void requireUnknown(String name, List<String> known, JsonObject object)
      throws MalformedContentException {
    String folded = folded(name);
    for (String other : known) {
      if (folded(other).equals(folded)) {
        throw object.malformed(
            name, "differs from \"" + other + "\" in case only; readers would disagree about it");
      }
    }
  }

  /** The Kelvin sign and the long s fold to ASCII letters in Go, as they do by Unicode. */
  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT).replace('\u017f', 's').replace('\u212a', 'k');
  }
}
