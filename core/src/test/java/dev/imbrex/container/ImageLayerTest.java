package dev.imbrex.container;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** A container layer on an image of several layers: what tests start from lies in them. */
class ImageLayerTest extends FileSystemContract {
  private final ImageStore store = ImageStore.on(new MemoryStorage());
  private @Nullable ContainerLayer container;

  @AfterEach
  void close() throws IOException {
    if (container != null) {
      container.close();
    }
    store.close();
  }

  @Override
  Path directory() throws IOException {
    ContainerLayer opened = ContainerLayer.on(image(store));
    container = opened;
    return opened.path("/root");
  }

  /** An image whose lower layer has things that the upper ones replace, delete and link. */
  static Image image(ImageStore store) throws IOException {
    LayerOptions gzip = LayerOptions.defaults().withCompression(Compression.GZIP);
    Image base =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer(
                layer ->
                    layer
                        .file("/etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
                        .file("/etc/group", "root:x:0:\n")
                        .file("/root/file/was", "a directory")
                        .file("/root/old", "old")
                        .file("/root/dir/old", "old")
                        .symlink("/root/a", "nowhere"))
            .build();
    try (ContainerLayer made = ContainerLayer.on(base)) {
      Files.delete(made.path("/root/file/was"));
      Files.delete(made.path("/root/file"));
      Files.delete(made.path("/root/old"));
      Files.delete(made.path("/root/dir/old"));
      Files.delete(made.path("/root/dir"));
      Files.delete(made.path("/root/a"));
      populate(made.path("/root"));
      return made.commit().layerOptions(gzip).build();
    }
  }
}
