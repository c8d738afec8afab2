package dev.imbrex.benchmarks;

import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Node;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.openjdk.jmh.annotations.Warmup;

/**
 * Applies a layer of a hundred files to a tree that stays as it is: what it costs should follow the
 * layer, not the tree. The peer is what people write instead: a copy of a map by path. One
 * operation is the whole layer.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class Applying {
  /** How many entries the tree has. */
  @Param({"10000", "100000", "1000000"})
  public int entries = 10_000;

  private final Map<String, Node> map = new HashMap<>();
  private FileTree tree = FileTree.empty();
  private List<LayerEntry> layer = List.of();

  /** Makes the tree and the layer. */
  @Setup
  public void makeTree() throws IOException {
    tree = Sample.tree(entries);
    layer = Sample.small(100, 10);
    tree.walk().forEach(entry -> map.put(entry.path().toString(), entry.node()));
  }

  /** Ours. */
  @Benchmark
  public FileTree imbrex() throws IOException {
    return tree.apply(layer, Findings.tolerant());
  }

  /** The peer: a map by path, copied and changed. */
  @Benchmark
  public Map<String, Node> map() {
    Map<String, Node> copy = new HashMap<>(map);
    for (LayerEntry entry : layer) {
      if (entry instanceof LayerEntry.Present present) {
        copy.put(present.path().toString(), present.node());
      }
    }
    return copy;
  }
}
