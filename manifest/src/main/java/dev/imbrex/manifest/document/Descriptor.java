package dev.imbrex.manifest.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.internal.json.Json;
import dev.imbrex.manifest.internal.json.JsonObject;
import dev.imbrex.platform.Platform;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pointer to content: what it is, its digest, its size in bytes (OCI image-spec 1.1,
 * "Descriptor"; SN-D5). Everything else is optional.
 *
 * <p>Members that are not known here are kept, also inside {@code platform}, and are part of what
 * makes two descriptors equal; the order of members is not. To ask whether two point at the same
 * content use {@link #hasSameContentAs}. Immutable.
 */
public final class Descriptor {
  /** The well-known empty JSON object {@code {}} (SN-D8). */
  public static final Descriptor EMPTY_JSON =
      of(MediaType.OCI_EMPTY_JSON, "{}".getBytes(UTF_8)).withEmbeddedContent("{}".getBytes(UTF_8));

  private final JsonObject json;
  private final MediaType mediaType;
  private final Digest digest;
  private final long size;
  private final List<String> urls;
  private final Map<String, String> annotations;
  private final @Nullable String data;
  private final @Nullable Platform platform;
  private final @Nullable MediaType artifactType;

  private Descriptor(JsonObject json) throws MalformedContentException {
    Members.requireExactCase(json, Members.OF_DESCRIPTOR);
    this.json = json;
    this.mediaType = Members.requireMediaType(json, Members.MEDIA_TYPE);
    this.digest = Members.requireDigest(json, Members.DIGEST);
    this.size = requireSize(json);
    this.urls = json.findStrings(Members.URLS).orElse(List.of());
    this.annotations = json.findStringMap(Members.ANNOTATIONS).orElse(Map.of());
    this.data = json.findString(Members.DATA).orElse(null);
    Optional<JsonObject> platformObject = json.findObject(Members.PLATFORM);
    this.platform = platformObject.isEmpty() ? null : PlatformJson.read(platformObject.get());
    this.artifactType = Members.findMediaType(json, Members.ARTIFACT_TYPE).orElse(null);
  }

  /**
   * A descriptor of content.
   *
   * @param size the size of the content in bytes, at least 0
   * @throws IllegalArgumentException if the size is negative
   */
  public static Descriptor of(MediaType mediaType, Digest digest, long size) {
    return rebuilt(content(JsonObject.empty(), mediaType, digest, size));
  }

  /** A descriptor of this content, by its sha256 digest. The content is not embedded. */
  public static Descriptor of(MediaType mediaType, byte[] content) {
    return of(mediaType, Digest.sha256(content), content.length);
  }

  /**
   * Reads a descriptor that stands alone. In a manifest or an index, {@link Manifest#parse} reads
   * them all.
   *
   * @param json a JSON object
   * @param what where it is from, for errors
   * @throws MalformedContentException if it is no JSON, or no descriptor
   * @throws LimitExceededException if it is larger than {@link DocumentLimits#DEFAULT} allows
   */
  public static Descriptor fromJson(String json, String what)
      throws MalformedContentException, LimitExceededException {
    return from(Json.parseObject(json.getBytes(UTF_8), what, DocumentLimits.DEFAULT.ofManifests()));
  }

  static Descriptor from(JsonObject json) throws MalformedContentException {
    return new Descriptor(json);
  }

  /** What the content is. */
  public MediaType mediaType() {
    return mediaType;
  }

  /** The digest of the content as it is stored. It may be of an algorithm that is not known. */
  public Digest digest() {
    return digest;
  }

  /** The size of the content as it is stored, in bytes. */
  public long size() {
    return size;
  }

  /** Places the content can be had from besides the registry, in their order; may be empty. */
  public List<String> urls() {
    return urls;
  }

  /** The annotations of the descriptor itself, in their order; may be empty. */
  public Map<String, String> annotations() {
    return annotations;
  }

  /** What the image behind an entry of an index runs on. */
  public Optional<Platform> platform() {
    return Optional.ofNullable(platform);
  }

  /** The kind of artifact the content is, if it is a manifest of one. */
  public Optional<MediaType> artifactType() {
    return Optional.ofNullable(artifactType);
  }

  /**
   * The content, if the descriptor carries it. Embedded bytes are given only if they have the size
   * and the digest that the descriptor says; else they are ignored, as if they were not there, and
   * the content is to be fetched (SN-D7).
   */
  public Optional<byte[]> embeddedContent() {
    Optional<DigestAlgorithm> algorithm = digest.findAlgorithm();
    if (data == null || algorithm.isEmpty()) {
      return Optional.empty();
    }
    return decoded(data)
        .filter(content -> content.length == size)
        .filter(content -> Digest.of(algorithm.get(), content).equals(digest));
  }

  /** Whether both point at the same content: equal digests, equal sizes. */
  public boolean hasSameContentAs(Descriptor other) {
    return digest.equals(other.digest) && size == other.size;
  }

  /** A copy of another media type. */
  public Descriptor withMediaType(MediaType newMediaType) {
    return rebuilt(json.with(Members.MEDIA_TYPE, newMediaType.toString()));
  }

  /**
   * A copy that points at other content, such as the same layer in another compression. What
   * described only the old bytes, urls and embedded content, is dropped; all else stays.
   *
   * @throws IllegalArgumentException if the size is negative
   */
  public Descriptor withContent(MediaType newMediaType, Digest newDigest, long newSize) {
    JsonObject edited = content(json, newMediaType, newDigest, newSize);
    return newDigest.equals(digest) && newSize == size
        ? rebuilt(edited)
        : rebuilt(edited.without(Members.URLS).without(Members.DATA));
  }

  /** A copy with these places to have the content from; none removes the member. */
  public Descriptor withUrls(List<String> newUrls) {
    if (newUrls.equals(urls)) {
      return this;
    }
    return newUrls.isEmpty()
        ? rebuilt(json.without(Members.URLS))
        : put(json.withStrings(Members.URLS, newUrls), Members.URLS);
  }

  /** A copy with these annotations instead of those it has; none removes the member. */
  public Descriptor withAnnotations(Map<String, String> newAnnotations) {
    if (sameInOrder(newAnnotations, annotations)) {
      return this;
    }
    return newAnnotations.isEmpty()
        ? rebuilt(json.without(Members.ANNOTATIONS))
        : put(json.withStringMap(Members.ANNOTATIONS, newAnnotations), Members.ANNOTATIONS);
  }

  /** A copy with one annotation more, or with another value of one it has. */
  public Descriptor withAnnotation(String key, String value) {
    return withAnnotations(withEntry(annotations, key, value));
  }

  /** A copy without this annotation. */
  public Descriptor withoutAnnotation(String key) {
    return withAnnotations(withoutEntry(annotations, key));
  }

  /** A copy for this platform. Members of the old one that are not known here stay. */
  public Descriptor withPlatform(Platform newPlatform) {
    if (newPlatform.equals(platform)) {
      return this;
    }
    JsonObject old = knownObject(Members.PLATFORM);
    return put(json.with(Members.PLATFORM, PlatformJson.write(old, newPlatform)), Members.PLATFORM);
  }

  /** A copy for no platform. */
  public Descriptor withoutPlatform() {
    return rebuilt(json.without(Members.PLATFORM));
  }

  /** A copy with this artifact type. */
  public Descriptor withArtifactType(MediaType newArtifactType) {
    return put(json.with(Members.ARTIFACT_TYPE, newArtifactType.toString()), Members.ARTIFACT_TYPE);
  }

  /** A copy without an artifact type. */
  public Descriptor withoutArtifactType() {
    return rebuilt(json.without(Members.ARTIFACT_TYPE));
  }

  /**
   * A copy that carries its content. Only for descriptors of documents that are yet to be written:
   * the descriptors of an existing one cannot be changed without changing its digest.
   *
   * @throws IllegalArgumentException if the bytes have not the size and the digest of the
   *     descriptor
   */
  public Descriptor withEmbeddedContent(byte[] content) {
    String text = Base64.getEncoder().encodeToString(content);
    Descriptor embedding = put(json.with(Members.DATA, text), Members.DATA);
    if (embedding.embeddedContent().isEmpty()) {
      throw new IllegalArgumentException(
          "The content to embed, of " + content.length + " bytes, is not that of " + this);
    }
    return embedding;
  }

  /** A copy that does not carry its content. */
  public Descriptor withoutEmbeddedContent() {
    return rebuilt(json.without(Members.DATA));
  }

  /** The descriptor as a JSON object in compact form, with all its members. */
  public String toJson() {
    return new String(json.print(), UTF_8);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Descriptor that && json.equals(that.json);
  }

  @Override
  public int hashCode() {
    return json.hashCode();
  }

  /** Media type, digest and size, for messages. */
  @Override
  public String toString() {
    return mediaType + " " + digest + " (" + size + " bytes)";
  }

  JsonObject json() {
    return json;
  }

  /** Whether there is a member of this name that is neither null nor empty. */
  boolean says(String name) {
    return switch (name) {
      case Members.ANNOTATIONS -> !annotations.isEmpty();
      case Members.DATA -> data != null;
      case Members.ARTIFACT_TYPE -> artifactType != null;
      default -> throw new AssertionError(name);
    };
  }

  Descriptor without(String name) {
    return rebuilt(json.without(name));
  }

  static boolean sameInOrder(Map<String, String> some, Map<String, String> others) {
    return List.copyOf(some.entrySet()).equals(List.copyOf(others.entrySet()));
  }

  static Map<String, String> withEntry(Map<String, String> map, String key, String value) {
    Map<String, String> copy = new LinkedHashMap<>(map);
    copy.put(requireNonNull(key, "key"), requireNonNull(value, "value"));
    return copy;
  }

  static Map<String, String> withoutEntry(Map<String, String> map, String key) {
    Map<String, String> copy = new LinkedHashMap<>(map);
    copy.remove(requireNonNull(key, "key"));
    return copy;
  }

  private static JsonObject content(
      JsonObject json, MediaType mediaType, Digest digest, long size) {
    if (size < 0) {
      throw new IllegalArgumentException("The size must not be negative: " + size);
    }
    return json.with(Members.MEDIA_TYPE, mediaType.toString())
        .with(Members.DIGEST, digest.toString())
        .with(Members.SIZE, size);
  }

  private static long requireSize(JsonObject json) throws MalformedContentException {
    long size = json.requireLong(Members.SIZE);
    if (size < 0) {
      throw json.malformed(Members.SIZE, "expected a size of at least 0, found " + size);
    }
    return size;
  }

  /** Go, in which most of these are written, allows line breaks between the characters. */
  private static Optional<byte[]> decoded(String data) {
    try {
      return Optional.of(Base64.getDecoder().decode(data.replace("\r", "").replace("\n", "")));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Descriptor put(JsonObject edited, String name) {
    return rebuilt(json.has(name) ? edited : edited.placed(name, Members.OF_DESCRIPTOR));
  }

  private JsonObject knownObject(String name) {
    try {
      return json.findObject(name).orElse(JsonObject.empty());
    } catch (MalformedContentException e) {
      throw new IllegalStateException("It was an object when it was read", e);
    }
  }

  private static Descriptor rebuilt(JsonObject json) {
    try {
      return new Descriptor(json);
    } catch (MalformedContentException e) {
      throw new IllegalStateException("What was put in was checked", e);
    }
  }
}
