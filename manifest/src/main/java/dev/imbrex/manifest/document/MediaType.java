package dev.imbrex.manifest.document;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What kind of content a descriptor points at: {@code type/subtype} (RFC 6838, section 4.2; OCI
 * image-spec 1.1, "Media Types"; SN-D9).
 *
 * <p>Types are compared as they are written, upper and lower case apart, since that is how the
 * programs that read images compare them. Immutable; ordered by its text.
 */
public final class MediaType implements Comparable<MediaType> {
  private static final Pattern GRAMMAR =
      Pattern.compile(
          "[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}");

  /** An OCI image manifest. */
  public static final MediaType OCI_IMAGE_MANIFEST =
      new MediaType("application/vnd.oci.image.manifest.v1+json");

  /** An OCI image index. */
  public static final MediaType OCI_IMAGE_INDEX =
      new MediaType("application/vnd.oci.image.index.v1+json");

  /** A Docker image manifest, version 2, schema 2. */
  public static final MediaType DOCKER_MANIFEST =
      new MediaType("application/vnd.docker.distribution.manifest.v2+json");

  /** A Docker manifest list. */
  public static final MediaType DOCKER_MANIFEST_LIST =
      new MediaType("application/vnd.docker.distribution.manifest.list.v2+json");

  /** A Docker manifest of the retired schema 1, unsigned; refused (SN-M5). */
  public static final MediaType DOCKER_SCHEMA1 =
      new MediaType("application/vnd.docker.distribution.manifest.v1+json");

  /** A Docker manifest of the retired schema 1, signed; refused (SN-M5). */
  public static final MediaType DOCKER_SCHEMA1_SIGNED =
      new MediaType("application/vnd.docker.distribution.manifest.v1+prettyjws");

  /** The config of an OCI image. */
  public static final MediaType OCI_IMAGE_CONFIG =
      new MediaType("application/vnd.oci.image.config.v1+json");

  /** The config of a Docker image. */
  public static final MediaType DOCKER_IMAGE_CONFIG =
      new MediaType("application/vnd.docker.container.image.v1+json");

  /** An OCI layer, uncompressed. */
  public static final MediaType OCI_LAYER = new MediaType("application/vnd.oci.image.layer.v1.tar");

  /** An OCI layer in gzip. */
  public static final MediaType OCI_LAYER_GZIP =
      new MediaType("application/vnd.oci.image.layer.v1.tar+gzip");

  /** An OCI layer in zstd. */
  public static final MediaType OCI_LAYER_ZSTD =
      new MediaType("application/vnd.oci.image.layer.v1.tar+zstd");

  /** An OCI layer that must not be uploaded, uncompressed (SN-M15). */
  public static final MediaType OCI_NONDISTRIBUTABLE_LAYER =
      new MediaType("application/vnd.oci.image.layer.nondistributable.v1.tar");

  /** An OCI layer that must not be uploaded, in gzip. */
  public static final MediaType OCI_NONDISTRIBUTABLE_LAYER_GZIP =
      new MediaType("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip");

  /** An OCI layer that must not be uploaded, in zstd. */
  public static final MediaType OCI_NONDISTRIBUTABLE_LAYER_ZSTD =
      new MediaType("application/vnd.oci.image.layer.nondistributable.v1.tar+zstd");

  /** A Docker layer, uncompressed. */
  public static final MediaType DOCKER_LAYER =
      new MediaType("application/vnd.docker.image.rootfs.diff.tar");

  /** A Docker layer in gzip. */
  public static final MediaType DOCKER_LAYER_GZIP =
      new MediaType("application/vnd.docker.image.rootfs.diff.tar.gzip");

  /** A Docker layer in zstd, which Docker never defined; it is read, and never written. */
  public static final MediaType DOCKER_LAYER_ZSTD =
      new MediaType("application/vnd.docker.image.rootfs.diff.tar.zstd");

  /** A Docker layer that must not be uploaded, uncompressed. */
  public static final MediaType DOCKER_FOREIGN_LAYER =
      new MediaType("application/vnd.docker.image.rootfs.foreign.diff.tar");

  /** A Docker layer that must not be uploaded, in gzip. */
  public static final MediaType DOCKER_FOREIGN_LAYER_GZIP =
      new MediaType("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip");

  /** The empty JSON object, which stands where an artifact has no config or layer (SN-D8). */
  public static final MediaType OCI_EMPTY_JSON = new MediaType("application/vnd.oci.empty.v1+json");

  /** Bytes of any kind. */
  public static final MediaType OCTET_STREAM = new MediaType("application/octet-stream");

  private final String text;

  private MediaType(String text) {
    this.text = text;
  }

  /**
   * Reads a media type without parameters.
   *
   * @throws InvalidMediaTypeException if the text is not {@code type/subtype}, each of 1 to 127 of
   *     the characters RFC 6838 allows
   */
  public static MediaType parse(String text) {
    if (!GRAMMAR.matcher(text).matches()) {
      throw new InvalidMediaTypeException(text);
    }
    return new MediaType(text);
  }

  /**
   * Reads the value of a Content-Type header: parameters are dropped, letters lower-cased.
   *
   * @throws InvalidMediaTypeException if no media type is left
   */
  public static MediaType fromContentType(String header) {
    int semicolon = header.indexOf(';');
    String type = semicolon < 0 ? header : header.substring(0, semicolon);
    return parse(type.strip().toLowerCase(Locale.ROOT));
  }

  /** Whether this is a manifest of one image, OCI or Docker. */
  public boolean isImageManifest() {
    return equals(OCI_IMAGE_MANIFEST) || equals(DOCKER_MANIFEST);
  }

  /** Whether this is an index of manifests, OCI or Docker. */
  public boolean isIndex() {
    return equals(OCI_IMAGE_INDEX) || equals(DOCKER_MANIFEST_LIST);
  }

  /** Whether {@link Manifest#parse} understands it. */
  public boolean isManifest() {
    return isImageManifest() || isIndex();
  }

  /** Whether this is a manifest of the retired schema 1, signed or not (SN-M5). */
  public boolean isSchema1() {
    return equals(DOCKER_SCHEMA1) || equals(DOCKER_SCHEMA1_SIGNED);
  }

  /** Whether this is the config of an image that can be run, OCI or Docker. */
  public boolean isImageConfig() {
    return equals(OCI_IMAGE_CONFIG) || equals(DOCKER_IMAGE_CONFIG);
  }

  /** Whether this is a layer of an image: a tar, compressed or not. */
  public boolean isLayer() {
    return LayerType.find(this).isPresent();
  }

  /** Whether this is a layer that must not be uploaded (SN-M15). */
  public boolean isNondistributable() {
    return LayerType.find(this).filter(LayerType::isNondistributable).isPresent();
  }

  /** Whether this is a type of Docker's. */
  public boolean isDocker() {
    return text.startsWith("application/vnd.docker.");
  }

  /** The compression of the layer; empty if this is not {@linkplain #isLayer() a layer}. */
  public Optional<LayerCompression> findLayerCompression() {
    return LayerType.find(this).map(LayerType::compression);
  }

  /**
   * The type of the same kind of layer in another compression. Empty if this is not {@linkplain
   * #isLayer() a layer}, or if its format has no such compression: Docker has no zstd.
   */
  public Optional<MediaType> findLayerType(LayerCompression compression) {
    return LayerType.find(this).flatMap(type -> type.in(compression));
  }

  @Override
  public int compareTo(MediaType other) {
    return text.compareTo(other.text);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof MediaType that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }
}
