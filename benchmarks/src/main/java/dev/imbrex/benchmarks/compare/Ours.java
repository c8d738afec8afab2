package dev.imbrex.benchmarks.compare;

import dev.imbrex.benchmarks.OneLayer;
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
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

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
    OneLayer.extract(layout, target, ExtractOptions.trusted());
    return 0;
  }

  /** Copies the image of a layout to a new layout. */
  static long copy(Path layout, Path target) throws IOException {
    try (ImageStore from = ImageStore.on(LayoutStorage.open(layout));
        ImageStore to = ImageStore.on(LayoutStorage.create(target))) {
      to.tag("copy:latest", to.add(from.requireOnly()));
    }
    return 0;
  }

  /** Makes an archive of an image of the files of a directory. */
  static long smallImage(Path files, Path archive) throws IOException {
    try (ImageStore store = ImageStore.on(new MemoryStorage())) {
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layer(layer -> layer.copy(files, "/app"))
              .cmd("/app/file0")
              .build();
      store.tag("small:latest", image);
      DockerArchive.save(archive, store, "small:latest");
    }
    return Files.size(archive);
  }

  /**
   * Makes a layout with an image of ten layers on a directory: each rewrites 15 % of its files,
   * brings 800, removes 150, and empties a directory.
   */
  static void tenLayers(Path directory, Path layout) throws IOException {
    FileTree tree = DirectoryScanner.scan(directory);
    List<FileTree.Entry> files =
        tree.walk().filter(entry -> entry.node() instanceof Node.RegularFile).toList();
    List<TreePath> directories =
        tree.walk()
            .filter(entry -> entry.node() instanceof Node.Directory && entry.path().depth() == 3)
            .map(FileTree.Entry::path)
            .toList();
    try (ImageStore store = ImageStore.on(LayoutStorage.create(layout))) {
      ImageBuilder image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .keepSteps(false)
              .layer("base", TreeDiff.between(FileTree.empty(), tree));
      for (int layer = 1; layer < 10; layer++) {
        image = image.layer("layer " + layer, changes(layer, files, directories));
      }
      store.tag("input:latest", image.build());
    }
  }

  private static List<LayerEntry> changes(
      int layer, List<FileTree.Entry> files, List<TreePath> directories) {
    Random random = new Random(layer);
    Map<TreePath, LayerEntry> changes = new TreeMap<>();
    TreePath emptied = directories.get(layer * 7 % directories.size());
    for (FileTree.Entry file : files) {
      if (random.nextInt(100) < 15 && !file.path().startsWith(emptied)) {
        changes.put(file.path(), new LayerEntry.Present(file.path(), file.node()));
      }
    }
    for (int i = 0; i < 150; i++) {
      TreePath path = files.get(random.nextInt(files.size())).path();
      if (!path.startsWith(emptied)) {
        changes.put(path, new LayerEntry.Removal(path));
      }
    }
    for (int i = 0; i < 800; i++) {
      TreePath path = TreePath.of("opt/layer" + layer + "/d" + i / 100 + "/file" + i);
      Node node = files.get(random.nextInt(files.size())).node();
      changes.put(path, new LayerEntry.Present(path, node));
    }
    changes.put(emptied, new LayerEntry.Opaque(emptied));
    return List.copyOf(changes.values());
  }
}
