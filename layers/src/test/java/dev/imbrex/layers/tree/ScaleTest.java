package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import dev.imbrex.layers.progress.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a small layer costs on a large tree, and a large one on a directory of many names. Counted
 * in nodes looked at and in bytes allocated, never in time.
 */
class ScaleTest {
  private static final int WIDTH = 1000;
  private static final long MIB = 1 << 20;

  /** A thousand directories of a thousand files, which share names and nodes as only tests may. */
  private static FileTree millionFiles() {
    Node file = new Node.RegularFile(Metadata.forFile(), new TextContent("x"));
    byte[][] names = names(WIDTH);
    Node[] files = new Node[WIDTH];
    Arrays.fill(files, file);
    Node[] directories = new Node[WIDTH];
    Arrays.setAll(directories, i -> new Folder(Metadata.forDirectory(), names, files));
    FileTree tree =
        new FileTree(new Folder(Metadata.forDirectory(), names, directories), Links.none());
    assertThat(tree.count()).isEqualTo(WIDTH * WIDTH + WIDTH);
    return tree;
  }

  private static byte[][] names(int count) {
    byte[][] names = new byte[count][];
    Arrays.setAll(names, i -> String.format("%06d", i).getBytes(StandardCharsets.US_ASCII));
    return names;
  }

  private static List<LayerEntry> smallLayer(String text) throws IOException {
    return Sketch.layer(
        "000500/", "000500/new:" + text, "000500/.wh.000007", "000700/000001:" + text);
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  /** The bytes that this thread allocates while it works; the result is left to the caller. */
  private static <T> long allocated(Work<T> work, List<? super T> results) throws IOException {
    long before = allocatedSoFar();
    results.add(work.run());
    return allocatedSoFar() - before;
  }

  /** By name, for this module needs no other part of the JDK. */
  private static long allocatedSoFar() {
    try {
      Object threads =
          Class.forName("java.lang.management.ManagementFactory")
              .getMethod("getThreadMXBean")
              .invoke(null);
      return (long)
          Class.forName("com.sun.management.ThreadMXBean")
              .getMethod("getThreadAllocatedBytes", long.class)
              .invoke(threads, Thread.currentThread().getId());
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      return abort("this JVM counts no allocations: " + e);
    }
  }

  @Test
  void applyingASmallLayerToALargeTreeCostsWhatTheLayerCosts() throws IOException {
    FileTree large = millionFiles();
    large.apply(smallLayer("warm"), Findings.strict());
    List<FileTree> results = new ArrayList<>();
    List<LayerEntry> layer = smallLayer("x");
    long bytes = allocated(() -> large.apply(layer, Findings.strict()), results);
    // Three directories of a thousand references are copied, and nothing else.
    assertThat(bytes).isLessThan(MIB);
    Folder before = large.rootFolder();
    Folder after = results.get(0).rootFolder();
    int copied = 0;
    for (int i = 0; i < WIDTH; i++) {
      copied += Nodes.isSame(before.node(i), after.node(i)) ? 0 : 1;
    }
    assertThat(copied).isEqualTo(2);
  }

  @Test
  void comparingLargeTreesOfOneOriginCostsWhatDiffers() throws IOException {
    FileTree large = millionFiles();
    FileTree one = large.apply(smallLayer("one"), Findings.strict());
    FileTree two = large.apply(smallLayer("two"), Findings.strict());
    int[] visited = new int[1];
    PairWalk.over(one, two, Pace.unasked(), (path, a, b) -> visited[0]++);
    assertThat(visited[0]).isEqualTo(5); // the root, two directories, two files
    List<Object> results = new ArrayList<>();
    TreeDiff.changes(large, one);
    long bytes = allocated(() -> TreeDiff.changes(one, two), results);
    bytes += allocated(() -> TreeDiff.between(one, two), results);
    assertThat(bytes).isLessThan(MIB);
    // Each step over a child is one of these calls' 512: three directories of a thousand, twice.
    int[] asked = new int[1];
    Progress counting =
        (name, all) ->
            new Progress.Task() {
              @Override
              public void advance(long more) {
                asked[0]++;
              }

              @Override
              public void close() {}
            };
    TreeDiff.between(one, two, DiffOptions.standard(), counting);
    assertThat(asked[0]).isBetween(1, (2 * 3 * (WIDTH + 1)) / Pace.ENTRIES + 1);
  }

  /** One layer that changes each second of 100,000 names copies their directory once. */
  @Test
  void aDirectoryOfManyNamesIsCopiedOnceForALayer() throws IOException {
    int count = 100_000;
    Node file = new Node.RegularFile(Metadata.forFile(), new TextContent("x"));
    byte[][] names = names(count);
    Node[] nodes = new Node[count];
    Arrays.fill(nodes, file);
    Folder wide = new Folder(Metadata.forDirectory(), names, nodes);
    byte[][] top = {{'d'}};
    FileTree tree =
        new FileTree(new Folder(Metadata.forDirectory(), top, new Node[] {wide}), Links.none());
    List<LayerEntry> layer = new ArrayList<>();
    TreePath d = TreePath.of("d");
    for (int i = 0; i < count; i += 2) {
      layer.add(
          i % 4 == 0
              ? new LayerEntry.Removal(d.child(ByteString.of(names[i])))
              : new LayerEntry.Present(d.child(ByteString.of(names[i])), file));
    }
    List<FileTree> results = new ArrayList<>();
    long bytes = allocated(() -> tree.apply(layer, Findings.strict()), results);
    assertThat(results.get(0).count()).isEqualTo(count - count / 4 + 1);
    // Some hundred bytes for each entry; one copy for each of them would be 40 GB.
    assertThat(bytes).isLessThan(100 * MIB);
  }

  /** LC-B36: the names of links below a directory that goes are found without a walk through it. */
  @Test
  void removingALargeDirectoryDoesNotGoThroughIt() throws IOException {
    FileTree large = millionFiles();
    FileTree linked =
        large
            .edit()
            .link(TreePath.of("000500/link"), TreePath.of("000001/000001"))
            .link(TreePath.of("zz"), TreePath.of("000001/000001"))
            .toTree();
    List<FileTree> results = new ArrayList<>();
    List<LayerEntry> layer = Sketch.layer(".wh..wh..opq", "new");
    long bytes = allocated(() -> linked.apply(layer, Findings.strict()), results);
    assertThat(Sketch.show(results.get(0))).containsExactly("new");
    assertThat(results.get(0).links().size()).isZero();
    assertThat(bytes).isLessThan(4 * MIB);
  }
}
