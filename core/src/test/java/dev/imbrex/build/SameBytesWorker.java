package dev.imbrex.build;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;

/** Builds an image of a directory in a process with settings of its own, and prints its digest. */
final class SameBytesWorker {
  private SameBytesWorker() {}

  /** Runs on the directory that the first argument names. */
  @SuppressWarnings("SystemOut") // The parent process reads it.
  public static void main(String[] args) throws IOException {
    try (ImageStore store = ImageStore.on(new MemoryStorage())) {
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layerOptions(LayerOptions.defaults().withCompression(Compression.GZIP))
              .layer(layer -> layer.copy(Path.of(args[0]), "/app"))
              .layer(layer -> layer.file("/\u0130stanbul/T\u0130TLE", "i \u0131 \u0130"))
              .label("TITLE", "\u0130")
              .exposedPort("80/TCP".toLowerCase(Locale.ROOT))
              .build();
      System.out.println(image.digest());
    }
  }
}
