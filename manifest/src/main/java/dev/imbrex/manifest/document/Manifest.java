package dev.imbrex.manifest.document;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.manifest.internal.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A document of a registry: the manifest of one image or artifact, or an index of such manifests
 * (OCI image-spec 1.1, "Image Manifest" and "Image Index"; Docker's schema 2 and manifest list).
 *
 * <p>It is the bytes it was read from, and a view of them. Its digest is theirs. {@code with…}
 * makes another document with new bytes; one that changes nothing keeps the bytes. Members that are
 * not known here survive, at every level, and so do the order of members and numbers as they were
 * written (SN-D10).
 *
 * <p>Immutable. Equal if type and bytes are.
 */
public abstract sealed class Manifest permits ImageManifest, IndexManifest {
  /** What a document is made of: bytes from outside, or printed after a change. */
  static final class Source {
    final String what;
    final byte[] bytes;
    final JsonObject json;
    final MediaType mediaType;
    final Digest digest;
    final List<DocumentWarning> warnings;

    Source(
        String what,
        byte[] bytes,
        JsonObject json,
        MediaType mediaType,
        Digest digest,
        List<DocumentWarning> warnings) {
      this.what = what;
      this.bytes = bytes;
      this.json = json;
      this.mediaType = mediaType;
      this.digest = digest;
      this.warnings = List.copyOf(warnings);
    }
  }

  private final Source source;
  private final Map<String, String> annotations;
  private final @Nullable Descriptor subject;
  private final @Nullable MediaType artifactType;

  Manifest(Source source) throws MalformedContentException {
    JsonObject json = source.json;
    this.source = source;
    this.annotations = json.findStringMap(Members.ANNOTATIONS).orElse(Map.of());
    Optional<JsonObject> subjectObject = json.findObject(Members.SUBJECT);
    this.subject = subjectObject.isEmpty() ? null : Descriptor.from(subjectObject.get());
    this.artifactType = Members.findMediaType(json, Members.ARTIFACT_TYPE).orElse(null);
  }

  /**
   * Reads a document from outside, and verifies it with what the context says of it.
   *
   * <p>Its type is the one of the descriptor, else the one the document states, else the one of the
   * Content-Type, else the one its members fit (SN-M3). A document that could be taken for two
   * types, or has not the members of its type, is refused (SN-M4, LC-C21): the same bytes are never
   * a manifest to one caller and an index to another.
   *
   * @param bytes the document; copied
   * @throws dev.imbrex.manifest.error.DigestMismatchException if it is not what the descriptor or
   *     the digest of the context promises
   * @throws MalformedContentException if it is not JSON, breaks the rules of its type, or could be
   *     taken for another one
   * @throws UnsupportedContentException if it is of schema 1 or of no known type, or if its digest
   *     is by an unknown algorithm
   * @throws dev.imbrex.manifest.error.LimitExceededException if it exceeds a limit of the context
   */
  public static Manifest parse(byte[] bytes, ParseContext context) throws ImageException {
    return new ManifestParser(bytes.clone(), context).parse();
  }

  /** The bytes of the document, as they were received or written; a new copy each time. */
  public byte[] bytes() {
    return source.bytes.clone();
  }

  /** The size of the document in bytes. */
  public long size() {
    return source.bytes.length;
  }

  /**
   * The digest of the bytes. By sha256, unless the document was read under a digest of another
   * algorithm; the documents made from it then have theirs by the same one.
   */
  public Digest digest() {
    return source.digest;
  }

  /** The type of the document. */
  public MediaType mediaType() {
    return source.mediaType;
  }

  /** A descriptor of this document: media type, digest and size. */
  public Descriptor descriptor() {
    return Descriptor.of(mediaType(), digest(), size());
  }

  /** The annotations of the document, in their order; may be empty. */
  public Map<String, String> annotations() {
    return annotations;
  }

  /** The document this one is about, as a signature is about an image (SN-M11). */
  public Optional<Descriptor> subject() {
    return Optional.ofNullable(subject);
  }

  /** The kind of artifact the document states to be. */
  public Optional<MediaType> artifactType() {
    return Optional.ofNullable(artifactType);
  }

  /**
   * The kind of artifact the document is (SN-M11): what it states; else, for the manifest of an
   * image, the type of its config; else none.
   */
  public abstract Optional<MediaType> effectiveArtifactType();

  /**
   * What the document is made of, in order and with repeats: config and layers of an image, the
   * entries of an index. This is what has to be copied before it, and kept while it is there. The
   * subject is not among them: it need not exist.
   */
  public abstract List<Descriptor> references();

  /** What was odd about the document as it was read; empty for one that was made here. */
  public List<DocumentWarning> warnings() {
    return source.warnings;
  }

  /**
   * This document as the manifest of an image.
   *
   * @throws UnsupportedContentException if it is an index
   */
  public ImageManifest requireImage() throws UnsupportedContentException {
    if (this instanceof ImageManifest image) {
      return image;
    }
    throw new UnsupportedContentException(what() + " is an index, not the manifest of one image");
  }

  /**
   * This document as an index.
   *
   * @throws UnsupportedContentException if it is the manifest of an image
   */
  public IndexManifest requireIndex() throws UnsupportedContentException {
    if (this instanceof IndexManifest index) {
      return index;
    }
    throw new UnsupportedContentException(what() + " is the manifest of one image, not an index");
  }

  /**
   * A document with these annotations instead of those it has; none removes the member.
   *
   * @throws IllegalStateException if there are some, and this is a Docker document without any: its
   *     format has none
   */
  public abstract Manifest withAnnotations(Map<String, String> newAnnotations);

  /**
   * A document with one annotation more, or with another value of one it has.
   *
   * @throws IllegalStateException if this is a Docker document without any
   */
  public abstract Manifest withAnnotation(String key, String value);

  /** A document without this annotation. */
  public abstract Manifest withoutAnnotation(String key);

  /**
   * A document about another one.
   *
   * @throws IllegalStateException if this is a Docker document without any
   */
  public abstract Manifest withSubject(Descriptor newSubject);

  /** A document about no other. */
  public abstract Manifest withoutSubject();

  /**
   * A document that states to be an artifact of this kind.
   *
   * @throws IllegalStateException if this is a Docker document without any
   */
  public abstract Manifest withArtifactType(MediaType newArtifactType);

  /** A document that does not state a kind of artifact. */
  public abstract Manifest withoutArtifactType();

  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof Manifest that
        && mediaType().equals(that.mediaType())
        && Arrays.equals(source.bytes, that.source.bytes);
  }

  @Override
  public final int hashCode() {
    return Arrays.hashCode(source.bytes);
  }

  /** Media type, digest and size, for messages. */
  @Override
  public final String toString() {
    return descriptor().toString();
  }

  /** The document, as a message names it. */
  final String what() {
    return source.what;
  }

  final JsonObject json() {
    return source.json;
  }

  final JsonObject annotated(Map<String, String> wanted) {
    if (Descriptor.sameInOrder(wanted, annotations)) {
      return json();
    }
    return wanted.isEmpty()
        ? json().without(Members.ANNOTATIONS)
        : put(
            forOci(Members.ANNOTATIONS).withStringMap(Members.ANNOTATIONS, wanted),
            Members.ANNOTATIONS);
  }

  final JsonObject about(Descriptor wanted) {
    return wanted.equals(subject)
        ? json()
        : put(forOci(Members.SUBJECT).with(Members.SUBJECT, wanted.json()), Members.SUBJECT);
  }

  final JsonObject ofArtifactType(MediaType wanted) {
    return wanted.equals(artifactType)
        ? json()
        : put(
            forOci(Members.ARTIFACT_TYPE).with(Members.ARTIFACT_TYPE, wanted.toString()),
            Members.ARTIFACT_TYPE);
  }

  /** Puts a member that was not there before where the specification's own types have it. */
  final JsonObject put(JsonObject edited, String name) {
    return json().has(name) ? edited : edited.placed(name, Members.OF_MANIFEST);
  }

  /** Whether a change changed nothing, so that the bytes can stay, white space included. */
  final boolean isUnchangedBy(JsonObject edited, MediaType newMediaType) {
    return newMediaType.equals(mediaType()) && Arrays.equals(edited.print(), json().print());
  }

  /** The source of a document that takes the place of this one. */
  final Source edited(JsonObject edited, MediaType newMediaType) {
    return printed(what(), edited, newMediaType, digest().requireAlgorithm());
  }

  static Source created(JsonObject json, MediaType mediaType) {
    return printed("new manifest", json, mediaType, DigestAlgorithm.SHA256);
  }

  static JsonObject newJson(MediaType mediaType) {
    return JsonObject.empty()
        .with(Members.SCHEMA_VERSION, 2)
        .with(Members.MEDIA_TYPE, mediaType.toString());
  }

  static List<JsonObject> jsonOf(List<Descriptor> descriptors) {
    return descriptors.stream().map(Descriptor::json).toList();
  }

  private static Source printed(
      String what, JsonObject json, MediaType mediaType, DigestAlgorithm algorithm) {
    byte[] bytes = json.print();
    return new Source(what, bytes, json, mediaType, Digest.of(algorithm, bytes), List.of());
  }

  /** Docker's formats have no such members; where a document has them anyway, they may change. */
  private JsonObject forOci(String member) {
    if (mediaType().isDocker() && !json().has(member)) {
      throw new IllegalStateException(
          what() + " is a Docker document, which has no " + member + "; convert it to OCI first");
    }
    return json();
  }
}
