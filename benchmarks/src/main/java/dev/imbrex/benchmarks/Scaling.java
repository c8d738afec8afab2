package dev.imbrex.benchmarks;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerLimits;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerSummary;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.layer.TarTree;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreeDiff;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How writing and reading a plain layer grow with its entries, which are files of a few bytes.
 * {@link Applying} and {@link Diffing} show the same of trees. One operation is the whole layer.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class Scaling {
  private static final LayerOptions PLAIN =
      LayerOptions.defaults().withCompression(Compression.NONE);

  /** More than is allowed by default: with its directories the largest layer has more than that. */
  private static final LayerLimits LIMITS = LayerLimits.defaults().withEntries(2_000_000);

  /** How many entries the layer has. */
  @Param({"10000", "100000", "1000000"})
  public int entries = 10_000;

  private List<LayerEntry> layer = List.of();
  private Path tar = Path.of("");

  /** Makes the entries, and the file of a layer of them. */
  @Setup
  public void makeLayer() throws IOException {
    layer = TreeDiff.between(FileTree.empty(), Sample.tree(entries));
    tar = Files.createTempFile("scaling", ".tar");
    try (OutputStream out = Files.newOutputStream(tar)) {
      LayerWriter.write(layer, PLAIN, out);
    }
  }

  /** Removes the file. */
  @TearDown
  public void removeLayer() throws IOException {
    Files.delete(tar);
  }

  /** Writes the layer to nowhere, digests included. */
  @Benchmark
  public LayerSummary write() throws IOException {
    return LayerWriter.write(layer, PLAIN, OutputStream.nullOutputStream());
  }

  /** Reads the layer as a tree. */
  @Benchmark
  public FileTree read() throws IOException {
    return TarTree.read(tar, LIMITS, Findings.tolerant());
  }

  /** Makes the tree that the layer says, in memory. */
  @Benchmark
  public FileTree apply() throws IOException {
    return FileTree.empty().apply(layer, Findings.tolerant());
  }
}
