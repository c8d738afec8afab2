package dev.imbrex.build;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.LayerCompression;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.util.List;

/** The two kinds of manifest an image can have. An image built on another one keeps its kind. */
enum ManifestFormat {
  OCI,
  DOCKER;

  static ManifestFormat of(ImageManifest manifest) {
    return manifest.mediaType().isDocker() ? DOCKER : OCI;
  }

  MediaType configType() {
    return this == DOCKER ? MediaType.DOCKER_IMAGE_CONFIG : MediaType.OCI_IMAGE_CONFIG;
  }

  ImageManifest manifest(Descriptor config, List<Descriptor> layers) {
    return this == DOCKER
        ? ImageManifest.ofDocker(config, layers)
        : ImageManifest.of(config, layers);
  }

  /** The type of a layer compressed in this way. */
  MediaType layerType(Compression compression) throws UnsupportedContentException {
    LayerCompression stored =
        switch (compression) {
          case NONE -> LayerCompression.NONE;
          case GZIP -> LayerCompression.GZIP;
          case ZSTD -> LayerCompression.ZSTD;
          case BZIP2, XZ -> throw new AssertionError(compression);
        };
    return inThisFormat(stored, compression.toString());
  }

  /** The type a layer of that type has in this format. */
  MediaType layerType(MediaType type) throws UnsupportedContentException {
    if (type.isNondistributable() || type.isDocker() == (this == DOCKER)) {
      return type;
    }
    return inThisFormat(
        type.findLayerCompression()
            .orElseThrow(
                () -> new UnsupportedContentException("A layer of type " + type + " is unknown")),
        type.toString());
  }

  private MediaType inThisFormat(LayerCompression compression, String what)
      throws UnsupportedContentException {
    if (this == DOCKER && compression == LayerCompression.ZSTD) {
      throw new UnsupportedContentException(
          "A Docker manifest has no layers of " + what + "; compress with gzip, or convert to OCI");
    }
    MediaType plain = this == DOCKER ? MediaType.DOCKER_LAYER : MediaType.OCI_LAYER;
    return plain
        .findLayerType(compression)
        .orElseThrow(() -> new UnsupportedContentException("No layer type for " + what));
  }
}
