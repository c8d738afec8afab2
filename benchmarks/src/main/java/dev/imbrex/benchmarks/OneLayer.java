package dev.imbrex.benchmarks;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.ExtractionReport;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Path;

/** A layout with one image, as a program that embeds the library makes and extracts it. */
public final class OneLayer {
  private OneLayer() {}

  /** Makes a layout with one image of one layer, the bytes of the tar inside as they are. */
  public static void layout(Path tar, Path layout, Compression compression) throws IOException {
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layerOptions(LayerOptions.defaults().withCompression(compression))
              .tarLayer("input", tar)
              .build();
      store.tag("input:latest", image);
    }
  }

  /** Extracts the image of a layout; every layer is verified. */
  public static ExtractionReport extract(Path layout, Path target, ExtractOptions options)
      throws IOException {
    try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
      return store.requireOnly().extractTo(target, options);
    }
  }
}
