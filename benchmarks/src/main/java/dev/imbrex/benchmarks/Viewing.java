package dev.imbrex.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Shows the files of an image of ten layers that overwrite one another in part, and flattens it:
 * the first look, a later one, and one layer out of ten. The peer is what people write around
 * commons-compress. One operation is the whole image.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class Viewing {
  private static final int LAYERS = 10;
  private static final int FILES = 1000;

  /** How the layers are stored. */
  @Param({"NONE", "GZIP"})
  public Compression compression = Compression.GZIP;

  private final MemoryStorage storage = new MemoryStorage();
  private final ImageStore store = ImageStore.on(storage);
  private @Nullable Image image;
  private String digest = "";

  /** Makes the image: each layer rewrites a part of the files and removes a few. */
  @Setup
  public void makeImage() throws IOException {
    List<LayerEntry> files = Sample.entries(Sample.files(FILES));
    ImageBuilder builder =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layerOptions(
                LayerOptions.defaults().withCompression(CompressionOptions.of(compression)))
            .keepSteps(false)
            .layer("base", files);
    for (int layer = 1; layer < LAYERS; layer++) {
      List<LayerEntry> changes = new ArrayList<>();
      for (int i = layer; i < FILES; i += LAYERS - layer / 2) {
        changes.add(i % 37 == 0 ? new LayerEntry.Removal(files.get(i).path()) : files.get(i));
      }
      builder.layer("change " + layer, changes);
    }
    Image made = builder.build();
    image = made;
    digest = made.digest().toString();
  }

  /** Ours, where nothing was read before. */
  @Benchmark
  public FileTree imbrexFirst() throws IOException {
    // The storage is not closed: it belongs to the benchmark.
    return ImageStore.on(storage).require(digest).files();
  }

  /** Ours, again. */
  @Benchmark
  public FileTree imbrexAgain() throws IOException {
    return requireNonNull(image).files();
  }

  /** Ours: one layer out of all, digests included. */
  @Benchmark
  public LayerSummary imbrexFlatten() throws IOException {
    FileTree files = ImageStore.on(storage).require(digest).files();
    return LayerWriter.write(
        TreeDiff.between(FileTree.empty(), files),
        LayerOptions.defaults().withCompression(Compression.NONE),
        OutputStream.nullOutputStream());
  }

  /** The peer: commons-compress and a map by path. */
  @Benchmark
  public Map<String, TarArchiveEntry> commonsCompress() throws IOException {
    Map<String, TarArchiveEntry> view = new HashMap<>();
    for (Layer layer : requireNonNull(image).layers()) {
      try (InputStream stored = layer.open();
          InputStream plain =
              compression == Compression.GZIP ? new GZIPInputStream(stored, 1 << 16) : stored;
          TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
        for (TarArchiveEntry entry = tar.getNextEntry();
            entry != null;
            entry = tar.getNextEntry()) {
          TreePath path = TreePath.of("/" + entry.getName());
          if (path.toString().contains("/.wh.")) {
            view.remove(path.toString().replace(".wh.", ""));
          } else {
            view.put(path.toString(), entry);
          }
        }
      }
    }
    return view;
  }
}
