package dev.imbrex.benchmarks.compare;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.disk.DirectoryScanner;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The jobs as a program that embeds the library does them. */
final class Ours {
  private Ours() {}

  /** Makes a layer of a directory, and both digests. */
  static long create(Path directory, Path layer, CompressionOptions compression)
      throws IOException {
    FileTree tree = DirectoryScanner.scan(directory);
    List<LayerEntry> entries = TreeDiff.between(FileTree.empty(), tree);
    return write(entries, layer, compression);
  }

  /** Makes a layer of what differs between two directories. */
  static long diff(Path before, Path after, Path layer, DiffOptions options) throws IOException {
    List<LayerEntry> entries = difference(before, after, options);
    return write(entries, layer, CompressionOptions.of(Compression.GZIP));
  }

  /** Finds what differs between two directories. */
  static List<LayerEntry> difference(Path before, Path after, DiffOptions options)
      throws IOException {
    return TreeDiff.between(DirectoryScanner.scan(before), DirectoryScanner.scan(after), options);
  }

  private static long write(List<LayerEntry> entries, Path layer, CompressionOptions compression)
      throws IOException {
    LayerOptions options = LayerOptions.defaults().withCompression(compression);
    try (OutputStream out = Files.newOutputStream(layer)) {
      LayerSummary summary = LayerWriter.write(entries, options, out);
      return summary.size();
    }
  }

  /** Extracts an image of a layout; every layer is verified. */
  static long extract(Path layout, Path target) throws IOException {
    try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
      store.requireOnly().extractTo(target, ExtractOptions.trusted());
    }
    return 0;
  }

  /** Makes a layout with one image of one layer, the bytes of the tar inside as they are. */
  static void layout(Path tar, Path layout, Compression compression) throws IOException {
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layerOptions(LayerOptions.defaults().withCompression(compression))
              .tarLayer("input", tar)
              .build();
      store.tag("input:latest", image);
    }
  }

  /** Copies the image of a layout to a new layout. */
  static long copy(Path layout, Path target) throws IOException {
    try (ImageStore from = ImageStore.on(LayoutStorage.open(layout));
        ImageStore to = ImageStore.on(LayoutStorage.create(target))) {
      to.tag("copy:latest", to.add(from.requireOnly()));
    }
    return 0;
  }

  /** Makes an image of ten small files in memory. */
  static long smallImage() throws IOException {
    try (ImageStore store = ImageStore.on(new MemoryStorage())) {
      return ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
          .layer(
              layer -> {
                for (int i = 0; i < 10; i++) {
                  layer.file("/app/file" + i, "content " + i);
                }
              })
          .cmd("/app/file0")
          .build()
          .storedSize();
    }
  }
}
