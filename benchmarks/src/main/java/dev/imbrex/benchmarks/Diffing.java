package dev.imbrex.benchmarks;

import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * Compares two trees in memory of which the second has one file in a hundred changed: trees that
 * share their nodes, as those of images on a common base do, and trees that were made apart. The
 * peer is what people write instead: two maps by path. One operation is the whole comparison.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class Diffing {
  /** How many entries the trees have. */
  @Param({"10000", "100000", "1000000"})
  public int entries = 10_000;

  private FileTree before = FileTree.empty();
  private FileTree sharing = FileTree.empty();
  private FileTree apart = FileTree.empty();
  private final Map<String, Metadata> first = new LinkedHashMap<>();
  private final Map<String, Metadata> second = new LinkedHashMap<>();

  /** Makes the trees. */
  @Setup
  public void makeTrees() throws IOException {
    List<LayerEntry> changes = new ArrayList<>();
    Metadata changed = Metadata.forFile().withMode(0600);
    for (LayerEntry entry : Sample.small(entries, 100)) {
      if (changes.size() < entries / 100 && entry.path().toString().endsWith("7")) {
        changes.add(
            new LayerEntry.Present(
                entry.path(), new Node.RegularFile(changed, Content.text("changed"))));
      }
    }
    before = Sample.tree(entries);
    sharing = before.apply(changes, Findings.tolerant());
    apart = Sample.tree(entries).apply(changes, Findings.tolerant());
    fill(first, before);
    fill(second, apart);
  }

  private static void fill(Map<String, Metadata> map, FileTree tree) {
    tree.walk().forEach(entry -> map.put(entry.path().toString(), entry.node().metadata()));
  }

  /** Ours, trees that share nodes. */
  @Benchmark
  public List<LayerEntry> imbrexSharing() throws IOException {
    return TreeDiff.between(before, sharing);
  }

  /** Ours, trees that share nothing. */
  @Benchmark
  public List<LayerEntry> imbrexApart() throws IOException {
    return TreeDiff.between(before, apart);
  }

  /** The peer: maps of metadata by path, contents not compared. */
  @Benchmark
  public List<TreePath> maps() {
    List<TreePath> changes = new ArrayList<>();
    second.forEach(
        (path, metadata) -> {
          if (!Objects.equals(metadata, first.get(path))) {
            changes.add(TreePath.of(path));
          }
        });
    first.forEach(
        (path, metadata) -> {
          if (!second.containsKey(path)) {
            changes.add(TreePath.of(path));
          }
        });
    return changes;
  }
}
