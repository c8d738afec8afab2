package dev.imbrex.build;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Writes an image again with other layers: all else that it says stays as it is (LC-E8). */
final class RewrittenImage {
  static final String BASE_NAME = "org.opencontainers.image.base.name";
  static final String BASE_DIGEST = "org.opencontainers.image.base.digest";

  private RewrittenImage() {}

  /**
   * Writes the image.
   *
   * @param image the image as it was, in this store
   * @param config what of its config changes beside layers and history has changed already
   * @param annotated its manifest, with such annotations as the new one is to have
   * @param parent what it lies upon now
   */
  static Image write(
      ImageStore store,
      Image image,
      ImageConfig config,
      ImageManifest annotated,
      StackedLayers stack,
      Optional<Image> parent)
      throws IOException {
    ImageConfig rewritten =
        config.withLayers(stack.layers().stream().map(Layer::diffId).toList(), stack.history());
    ManifestFormat format = ManifestFormat.of(image.manifest());
    List<Descriptor> layers = stack.layers().stream().map(Layer::descriptor).toList();
    ImageManifest manifest =
        annotated
            .withConfig(Descriptor.of(format.configType(), rewritten.bytes()))
            .withLayers(layers);
    Image written = store.put(manifest, rewritten);
    store.record(written, parent.filter(other -> !other.equals(written)), true);
    return written;
  }

  /** The manifest without what it says of a base that the image does not lie upon any more. */
  static ImageManifest withoutBase(ImageManifest manifest) {
    return manifest.withoutAnnotation(BASE_NAME).withoutAnnotation(BASE_DIGEST);
  }
}
