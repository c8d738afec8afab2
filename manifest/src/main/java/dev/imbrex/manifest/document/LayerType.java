package dev.imbrex.manifest.document;

import java.util.Optional;
import java.util.stream.Stream;

/** The media types of layers, by what they say (SN-M2). */
enum LayerType {
  OCI(false, false, LayerCompression.NONE, MediaType.OCI_LAYER),
  OCI_GZIP(false, false, LayerCompression.GZIP, MediaType.OCI_LAYER_GZIP),
  OCI_ZSTD(false, false, LayerCompression.ZSTD, MediaType.OCI_LAYER_ZSTD),
  OCI_FOREIGN(false, true, LayerCompression.NONE, MediaType.OCI_NONDISTRIBUTABLE_LAYER),
  OCI_FOREIGN_GZIP(false, true, LayerCompression.GZIP, MediaType.OCI_NONDISTRIBUTABLE_LAYER_GZIP),
  OCI_FOREIGN_ZSTD(false, true, LayerCompression.ZSTD, MediaType.OCI_NONDISTRIBUTABLE_LAYER_ZSTD),
  DOCKER(true, false, LayerCompression.NONE, MediaType.DOCKER_LAYER),
  DOCKER_GZIP(true, false, LayerCompression.GZIP, MediaType.DOCKER_LAYER_GZIP),
  DOCKER_ZSTD(true, false, LayerCompression.ZSTD, MediaType.DOCKER_LAYER_ZSTD),
  DOCKER_FOREIGN(true, true, LayerCompression.NONE, MediaType.DOCKER_FOREIGN_LAYER),
  DOCKER_FOREIGN_GZIP(true, true, LayerCompression.GZIP, MediaType.DOCKER_FOREIGN_LAYER_GZIP);

  private final boolean docker;
  private final boolean nondistributable;
  private final LayerCompression compression;
  private final String mediaType;

  LayerType(
      boolean docker, boolean nondistributable, LayerCompression compression, MediaType mediaType) {
    this.docker = docker;
    this.nondistributable = nondistributable;
    this.compression = compression;
    this.mediaType = mediaType.toString();
  }

  static Optional<LayerType> find(MediaType mediaType) {
    return Stream.of(values())
        .filter(type -> type.mediaType.equals(mediaType.toString()))
        .findFirst();
  }

  boolean isNondistributable() {
    return nondistributable;
  }

  LayerCompression compression() {
    return compression;
  }

  /** The type of the same layer in another compression. */
  Optional<MediaType> in(LayerCompression other) {
    return find(docker, nondistributable, other);
  }

  /** The type of the same layer in the other format. */
  Optional<MediaType> inFormat(boolean ofDocker) {
    return find(ofDocker, nondistributable, compression);
  }

  /** Docker's zstd type is read, since such images exist, but never written (SN-M12). */
  private static Optional<MediaType> find(
      boolean docker, boolean nondistributable, LayerCompression compression) {
    return Stream.of(values())
        .filter(type -> type != DOCKER_ZSTD)
        .filter(type -> type.docker == docker)
        .filter(type -> type.nondistributable == nondistributable)
        .filter(type -> type.compression == compression)
        .map(type -> MediaType.parse(type.mediaType))
        .findFirst();
  }
}
