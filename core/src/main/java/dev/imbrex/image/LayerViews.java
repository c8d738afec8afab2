package dev.imbrex.image;

import dev.imbrex.layers.layer.LayerRules;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.ApplyOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Resolution;
import dev.imbrex.manifest.error.LimitExceededException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads layers and applies them one upon another, and remembers what came of it lately (LC-E1): the
 * index of each layer, so that opening it again reads nothing, and the tree that each stack of
 * layers makes, so that images with a common base share the very nodes of it, and comparing them
 * costs what differs.
 *
 * <p>What is remembered is bounded by the number of entries, at about 150 bytes each, and goes in
 * the order of last use. Layers are known by diffID and stored digest. Safe for use by many
 * threads, which may read the same layer at once, but end up with the same tree.
 */
final class LayerViews {
  /** How many entries are remembered unless somebody says otherwise. */
  static final int DEFAULT_ENTRIES = 200_000;

  private final long budget;
  private final Map<Object, Kept> kept = new LinkedHashMap<>(16, 0.75f, true);
  private long held;

  LayerViews(long budget) {
    if (budget < 0) {
      throw new IllegalArgumentException("A negative number of entries: " + budget);
    }
    this.budget = budget;
  }

  private record IndexKey(Layer layer, LayerRules rules) {}

  private record ViewKey(List<Layer> layers, LayerRules rules, Resolution resolution) {}

  /** What is remembered, and for how many entries it counts. */
  private record Kept(Object value, long entries) {}

  /**
   * What a stack of layers makes.
   *
   * @param entries how many entries the layers have
   * @param bytes how many bytes their tars have
   * @param isRegular whether there was nothing to find in them
   */
  private record View(FileTree tree, long entries, long bytes, boolean isRegular) {
    static final View NOTHING = new View(FileTree.empty(), 0, 0, true);
  }

  /** The files that layers make, whatever is irregular in them. */
  FileTree files(List<Layer> layers) throws IOException {
    return files(layers, Progress.none());
  }

  /** The files that layers make, whatever is irregular in them. */
  FileTree files(List<Layer> layers, Progress progress) throws IOException {
    return files(layers, ReadOptions.defaults().withProgress(progress), false);
  }

  /**
   * The files that layers make, applied from the lowest up. A layer with findings is read again, so
   * that they are reported each time.
   */
  FileTree files(List<Layer> layers, ReadOptions options) throws IOException {
    return shown(files(layers, options, true), options);
  }

  /**
   * The files that layers make, as {@link #files(List, ReadOptions)}. Layers that have to be read
   * are read from the top down, so that the watcher can know what they hide of others; it comes out
   * as if they were read from the lowest up.
   */
  FileTree files(List<Layer> layers, ReadOptions options, LayerWatcher watcher) throws IOException {
    check(layers, layers.size(), "layers", options.limits().layers());
    int lowest = layers.size();
    while (find(layers, lowest, options, true) == null) {
      lowest--;
    }
    EarlyLayers early;
    try (LayersAhead ahead =
        new LayersAhead(layers, lowest, layer -> isRemembered(layer, options), options)) {
      early = readFromTop(layers, lowest, options, watcher, ahead);
    }
    return shown(view(layers, options, true, early).tree(), options);
  }

  private boolean isRemembered(Layer layer, ReadOptions options) {
    return remembered(layer, options.layerRules(), true) != null;
  }

  private EarlyLayers readFromTop(
      List<Layer> layers, int lowest, ReadOptions options, LayerWatcher watcher, LayersAhead ahead)
      throws IOException {
    EarlyLayers early = new EarlyLayers();
    LayerRules rules = options.layerRules();
    long entries = 0;
    long bytes = 0;
    boolean goesOn = true;
    for (int height = layers.size() - 1; height >= lowest && goesOn; height--) {
      Layer layer = layers.get(height);
      LayerIndex index = remembered(layer, rules, true);
      if (index == null) {
        index = read(early, layer, height, options, watcher, ahead);
      }
      if (index != null) {
        remember(layer, rules, index);
        if (height > lowest) {
          watcher.finish(index);
        }
        entries += index.entries().size();
        bytes += index.sizes().tar();
      }
      // What is wrong is told when it is the layer's turn.
      goesOn =
          index != null
              && entries <= options.limits().entries()
              && bytes <= options.limits().uncompressedBytes();
    }
    return early;
  }

  private static @Nullable LayerIndex read(
      EarlyLayers early,
      Layer layer,
      int height,
      ReadOptions options,
      LayerWatcher watcher,
      LayersAhead ahead)
      throws IOException {
    if (watcher.isParallel()) {
      try (LayerAhead opened = ahead.take(height)) {
        return early.read(layer, height, opened::take, opened.findings(), options, watcher);
      }
    }
    Findings findings = Findings.tolerant().inLayer(height);
    LayerIndex.Opening opening = LayerAhead.onDemand(layer, options.layerRules(), findings);
    return early.read(layer, height, opening, findings, options, watcher);
  }

  private static FileTree shown(FileTree files, ReadOptions options) throws IOException {
    return options.stargzFiles() ? files : StargzFiles.hide(files);
  }

  /** What a layer says. */
  LayerIndex index(Layer layer, ReadOptions options) throws IOException {
    return index(layer, options, options.findings(), true);
  }

  /** The sizes of a layer, if what it says under the default rules is remembered. */
  Optional<LayerSizes> findSizes(Layer layer) {
    Kept found = get(new IndexKey(layer, ReadOptions.defaults().layerRules()));
    return found != null && found.value() instanceof LayerIndex index
        ? Optional.of(index.sizes())
        : Optional.empty();
  }

  /** What each of some layers that lie upon one another says, lowest first. */
  List<LayerIndex> indexes(List<Layer> layers, ReadOptions options) throws IOException {
    ImageLimits limits = options.limits();
    check(layers, layers.size(), "layers", limits.layers());
    List<LayerIndex> indexes = new ArrayList<>();
    long entries = 0;
    long bytes = 0;
    for (int i = 0; i < layers.size(); i++) {
      LayerIndex index = index(layers.get(i), options, options.findings().inLayer(i), true);
      entries += index.entries().size();
      bytes += index.sizes().tar();
      check(layers, entries, "entries", limits.entries());
      check(layers, bytes, "uncompressedBytes", limits.uncompressedBytes());
      indexes.add(index);
    }
    return indexes;
  }

  /**
   * The trees that layers make one upon another: that of the lowest, as many as said, and then with
   * one layer more each. What is irregular in the lowest is not reported.
   */
  List<FileTree> steps(List<Layer> layers, int lowest, ReadOptions options) throws IOException {
    check(layers, layers.size(), "layers", options.limits().layers());
    View view =
        view(
            layers.subList(0, lowest),
            options.withFindings(Findings.tolerant()),
            false,
            new EarlyLayers());
    List<FileTree> trees = new ArrayList<>();
    trees.add(shown(view.tree(), options));
    for (int height = lowest; height < layers.size(); height++) {
      // Not what is remembered: that may stand on other nodes than the tree below has here.
      view = apply(view, layers, height, options, true, new EarlyLayers());
      check(layers, view, options.limits());
      trees.add(shown(view.tree(), options));
    }
    return List.copyOf(trees);
  }

  private FileTree files(List<Layer> layers, ReadOptions options, boolean heeds)
      throws IOException {
    return view(layers, options, heeds, new EarlyLayers()).tree();
  }

  private View view(List<Layer> layers, ReadOptions options, boolean heeds, EarlyLayers early)
      throws IOException {
    ImageLimits limits = options.limits();
    check(layers, layers.size(), "layers", limits.layers());
    int height = layers.size();
    View view = find(layers, height, options, heeds);
    while (view == null) {
      height--;
      view = find(layers, height, options, heeds);
    }
    check(layers, view, limits);
    while (height < layers.size()) {
      view = applied(view, layers, height, options, heeds, early);
      check(layers, view, limits);
      height++;
    }
    return view;
  }

  private @Nullable View find(List<Layer> layers, int height, ReadOptions options, boolean heeds) {
    if (height == 0) {
      return View.NOTHING;
    }
    Kept found = get(key(layers, height, options));
    return found != null && found.value() instanceof View view && (view.isRegular() || !heeds)
        ? view
        : null;
  }

  private View applied(
      View lower,
      List<Layer> layers,
      int height,
      ReadOptions options,
      boolean heeds,
      EarlyLayers early)
      throws IOException {
    View view = apply(lower, layers, height, options, heeds, early);
    long entries = view.entries() - lower.entries();
    // What the layers below do not have is what the layer says.
    return (View) keep(key(layers, height + 1, options), view, entries);
  }

  private View apply(
      View lower,
      List<Layer> layers,
      int height,
      ReadOptions options,
      boolean heeds,
      EarlyLayers early)
      throws IOException {
    Findings findings = options.findings().inLayer(height);
    LayerIndex index =
        early.has(height)
            ? early.take(height, findings)
            : index(layers.get(height), options, findings, heeds);
    long before = LayerIndex.count(findings);
    ApplyOptions applying = options.applying().withFindings(findings);
    FileTree tree = lower.tree().apply(index.entries(), applying);
    boolean isRegular =
        lower.isRegular() && index.isRegular() && LayerIndex.count(findings) == before;
    return new View(
        tree,
        lower.entries() + index.entries().size(),
        lower.bytes() + index.sizes().tar(),
        isRegular);
  }

  private LayerIndex index(Layer layer, ReadOptions options, Findings findings, boolean heeds)
      throws IOException {
    LayerRules rules = options.layerRules();
    LayerIndex found = remembered(layer, rules, heeds);
    return found != null
        ? found
        : remember(layer, rules, LayerIndex.of(layer, rules, findings, options.progress()));
  }

  private @Nullable LayerIndex remembered(Layer layer, LayerRules rules, boolean heeds) {
    Kept found = get(new IndexKey(layer, rules));
    return found != null
            && found.value() instanceof LayerIndex index
            && (index.isRegular() || !heeds)
        ? index
        : null;
  }

  private LayerIndex remember(Layer layer, LayerRules rules, LayerIndex index) {
    return (LayerIndex) keep(new IndexKey(layer, rules), index, index.entries().size());
  }

  private static ViewKey key(List<Layer> layers, int height, ReadOptions options) {
    return new ViewKey(
        List.copyOf(layers.subList(0, height)), options.layerRules(), options.resolution());
  }

  private synchronized @Nullable Kept get(Object key) {
    return kept.get(key);
  }

  /** Remembers a value, unless another thread was faster: then its value is the one. */
  private synchronized Object keep(Object key, Object value, long entries) {
    Kept earlier = kept.get(key);
    if (earlier != null) {
      return earlier.value();
    }
    // The empty ones take room, too.
    Kept added = new Kept(value, entries + 1);
    if (added.entries() <= budget) {
      kept.put(key, added);
      held += added.entries();
    }
    Iterator<Kept> oldest = kept.values().iterator();
    while (held > budget) {
      held -= oldest.next().entries();
      oldest.remove();
    }
    return value;
  }

  private static void check(List<Layer> layers, View view, ImageLimits limits)
      throws LimitExceededException {
    check(layers, view.entries(), "entries", limits.entries());
    check(layers, view.bytes(), "uncompressedBytes", limits.uncompressedBytes());
    limits.layer().check(view.tree());
  }

  private static void check(List<Layer> layers, long value, String limit, long allowed)
      throws LimitExceededException {
    if (value > allowed) {
      throw new LimitExceededException("An image of " + layers.size() + " layers", limit, allowed);
    }
  }
}
