package dev.imbrex.layers.tree;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Goes through a stack of layers once, from the lowest up. What a layer did is seen by comparing
 * the trees below and above it, which costs what differs between them.
 */
final class ProvenanceBuilder {
  private final List<FileTree> steps = new ArrayList<>(List.of(FileTree.empty()));
  private final List<LayerTrace> traces = new ArrayList<>();
  private final Map<TreePath, Integer> providers = new HashMap<>();

  /** The layer that made each inode of the trees; nodes are told apart by identity. */
  private final IdentityHashMap<Node, Integer> makers = new IdentityHashMap<>();

  private final List<Payload> payloads = new ArrayList<>();
  private List<WastedFile> wasted = List.of();

  /** A file of a layer, whether it can be seen or not. */
  private record Payload(TreePath path, int layer, Node.RegularFile inode) {
    long bytes() {
      return inode.content().size();
    }
  }

  void add(Iterable<? extends LayerEntry> entries, ApplyOptions options) throws IOException {
    int layer = traces.size();
    FileTree lower = steps.get(layer);
    LayerTrace trace = new LayerTrace((path, inode) -> make(path, layer, inode));
    try (Pace pace = Pace.start("Apply layer " + layer, options.progress())) {
      ApplyOptions applying = options.withFindings(options.findings().inLayer(layer));
      FileTree upper = new LayerApplier(lower, applying, pace, trace).apply(entries);
      steps.add(upper);
      traces.add(trace);
      attribute(lower, upper, trace, pace);
    }
  }

  private void make(TreePath path, int layer, Node inode) {
    makers.put(inode, layer);
    if (inode instanceof Node.RegularFile file) {
      payloads.add(new Payload(path, layer, file));
    }
  }

  private void attribute(FileTree lower, FileTree upper, LayerTrace trace, Pace pace)
      throws IOException {
    int layer = traces.size() - 1;
    PairWalk.over(
        lower,
        upper,
        pace,
        (path, a, b) -> {
          if (b == null) {
            providers.remove(path);
          } else if (isEffective(path, a, b, trace)) {
            providers.put(path, layer);
          }
        });
  }

  /** Whether the layer did something to the path, and not only to what is below it. */
  private static boolean isEffective(TreePath path, @Nullable Node a, Node b, LayerTrace trace) {
    return a == null || !a.isDirectory() || !b.isDirectory() || !a.equals(b) || trace.isGone(path);
  }

  Provenance build(ApplyOptions options) throws IOException {
    Set<Node> visible = Collections.newSetFromMap(new IdentityHashMap<>());
    try (Pace pace = Pace.start("Look for what is hidden", options.progress())) {
      FileTree top = steps.get(steps.size() - 1);
      PairWalk.over(
          FileTree.empty(),
          top,
          pace,
          (path, nothing, node) -> {
            if (node != null) {
              visible.add(node);
            }
          });
    }
    wasted =
        payloads.stream()
            .filter(file -> !visible.contains(file.inode()))
            .map(file -> new WastedFile(file.path(), file.layer(), file.bytes()))
            .toList();
    makers.keySet().retainAll(visible);
    return new Provenance(this);
  }

  List<FileTree> steps() {
    return steps;
  }

  List<LayerTrace> traces() {
    return traces;
  }

  Map<TreePath, Integer> providers() {
    return providers;
  }

  Map<Node, Integer> makers() {
    return makers;
  }

  List<WastedFile> wasted() {
    return wasted;
  }

  long[] payload() {
    long[] bytes = new long[traces.size()];
    payloads.forEach(file -> bytes[file.layer()] += file.bytes());
    return bytes;
  }
}
