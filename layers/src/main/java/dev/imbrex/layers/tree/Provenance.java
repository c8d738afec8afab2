package dev.imbrex.layers.tree;

import dev.imbrex.layers.progress.Progress;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Where the files that a stack of layers makes come from: which layer provides each path, what each
 * did to it, and what lies in layers without being seen (LC-E14 to LC-E16).
 *
 * <pre>{@code
 * Provenance provenance = image.provenance(ReadOptions.defaults()).paths();
 * OptionalInt layer = provenance.findLayer(TreePath.of("/etc/os-release"));
 * long wasted = provenance.wasted().stream().mapToLong(WastedFile::bytes).sum();
 * }</pre>
 *
 * <p>What counts is what a layer comes to, all its entries taken together. An entry that only says
 * of a directory what was so before has no effect, though most layers have such entries, for the
 * parents of what they change. A file sent again is a new inode even if nothing differs.
 *
 * <p>Memory is taken by entries: the trees of all heights, which share what is equal in them, and
 * one number for each visible name. Immutable; safe for use by many threads.
 */
public final class Provenance {
  /** All that is there and can be told apart counts. */
  private static final DiffOptions EXACT =
      LayerSquash.exact().withContents(DiffOptions.Contents.BY_BYTES);

  private final List<FileTree> steps;
  private final List<LayerTrace> traces;
  private final Map<TreePath, Integer> providers;
  private final Map<Node, Integer> makers;
  private final List<WastedFile> wasted;
  private final long[] payload;

  Provenance(ProvenanceBuilder parts) {
    this.steps = List.copyOf(parts.steps());
    this.traces = List.copyOf(parts.traces());
    this.providers = parts.providers();
    this.makers = parts.makers();
    this.wasted = parts.wasted();
    this.payload = parts.payload();
  }

  /**
   * Applies layers one upon another, and keeps what they did.
   *
   * @param layers what they say, lowest first; each is iterated more than once
   * @throws dev.imbrex.manifest.error.MalformedContentException if a layer cannot be applied, or a
   *     finding is reported and findings are strict
   * @throws java.io.InterruptedIOException if the thread is interrupted, which it stays
   */
  public static Provenance of(
      List<? extends Iterable<? extends LayerEntry>> layers, ApplyOptions options)
      throws IOException {
    ProvenanceBuilder builder = new ProvenanceBuilder();
    for (Iterable<? extends LayerEntry> layer : layers) {
      builder.add(layer, options);
    }
    return builder.build(options);
  }

  /** The number of layers. */
  public int layers() {
    return traces.size();
  }

  /** The files that the layers make. */
  public FileTree files() {
    return steps.get(steps.size() - 1);
  }

  /**
   * The files that the lowest layers make. Trees of neighbouring heights share what is the same.
   *
   * @param height how many layers, from 0 for none to all
   * @throws IndexOutOfBoundsException if there are not so many
   */
  public FileTree files(int height) {
    return steps.get(height);
  }

  /**
   * The topmost layer that had an effect on the path itself, counted from 0 for the lowest (see
   * {@link Attribution#layer}); empty if nothing is visible there, and for the root if no layer
   * changed it. No link is followed.
   */
  public OptionalInt findLayer(TreePath path) {
    Integer layer = providers.get(path);
    return layer == null ? OptionalInt.empty() : OptionalInt.of(layer);
  }

  /** Where the path comes from; empty as for {@link #findLayer}. */
  public Optional<Attribution> find(TreePath path) {
    Node node = files().at(path);
    return node == null ? Optional.empty() : attribution(path, node);
  }

  /** Where each visible path comes from, in the order of paths. */
  public Stream<Attribution> walk() {
    return files().walk().flatMap(entry -> attribution(entry.path(), entry.node()).stream());
  }

  private Optional<Attribution> attribution(TreePath path, Node node) {
    Integer layer = providers.get(path);
    return layer == null
        ? Optional.empty()
        : Optional.of(new Attribution(path, node, layer, makers.getOrDefault(node, layer)));
  }

  /**
   * What the layers did at a path, from the lowest up; nothing if it never was there. Contents are
   * compared by their bytes, so that a file sent again is told from one that changed: those equally
   * long are read.
   *
   * @throws IOException if a content cannot be read
   */
  public List<PathEvent> history(TreePath path) throws IOException {
    return history(path, EXACT);
  }

  /**
   * What the layers did at a path, as {@link #history(TreePath)}; the options say what counts as a
   * modification.
   *
   * @throws IOException if contents are compared by their bytes and cannot be read
   */
  public List<PathEvent> history(TreePath path, DiffOptions options) throws IOException {
    try (Pace pace = Pace.start("Look into the history of " + path, -1, Progress.none())) {
      return new PathHistory(steps, traces, options, pace).of(path);
    }
  }

  /**
   * The files of layers of which no name is left, in the order of layers and of their entries
   * (LC-E16). One that a layer has twice under one name is among them.
   */
  public List<WastedFile> wasted() {
    return wasted;
  }

  /** The wasted bytes for each path at which some were put, in the order of paths. */
  public SortedMap<TreePath, Long> wastedByPath() {
    SortedMap<TreePath, Long> bytes = new TreeMap<>();
    wasted.forEach(file -> bytes.merge(file.path(), file.bytes(), Long::sum));
    return bytes;
  }

  /**
   * The bytes of all files of a layer together, seen or not.
   *
   * @param layer which layer, counted from 0 for the lowest
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public long payload(int layer) {
    return payload[Objects.checkIndex(layer, payload.length)];
  }

  /**
   * The bytes of those files of a layer of which no name is left.
   *
   * @param layer which layer, counted from 0 for the lowest
   * @throws IndexOutOfBoundsException if there is no such layer
   */
  public long wasted(int layer) {
    Objects.checkIndex(layer, payload.length);
    return wasted.stream().filter(file -> file.layer() == layer).mapToLong(WastedFile::bytes).sum();
  }
}
