package dev.imbrex.image;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Arranges the images of a store into an {@link ImageTree}. */
final class ImageTreeBuilder {
  private static final Comparator<ImageTree.Node> ORDER =
      Comparator.comparing((ImageTree.Node node) -> node.names().isEmpty())
          .thenComparing(node -> node.names().isEmpty() ? "" : node.names().get(0))
          .thenComparing(ImageTree.Node::image);

  // Stands for what is below every image; no image has the digest of nothing.
  private static final Digest SCRATCH = Digest.sha256(new byte[0]);

  private final StoreSnapshot snapshot;
  private final ImageLoader loader;
  private final LayerMeter meter;
  private final Progress progress;
  private final Map<Digest, List<StoreSnapshot.Known>> below = new HashMap<>();
  private final Map<Digest, Digest> above = new HashMap<>();
  private final Map<Digest, Integer> layerCounts = new HashMap<>();
  private final Map<Digest, ImageTree.Node> nodes = new HashMap<>();
  private final Set<Digest> linked = new HashSet<>();

  ImageTreeBuilder(
      StoreSnapshot snapshot, ImageLoader loader, LayerMeter meter, Progress progress) {
    this.snapshot = snapshot;
    this.loader = loader;
    this.meter = meter;
    this.progress = Objects.requireNonNull(progress);
  }

  ImageTree build() throws IOException {
    LayerPrefixes prefixes = LayerPrefixes.of(snapshot, loader);
    for (StoreSnapshot.Known known : snapshot.images()) {
      place(known, prefixes);
    }
    // From the leaves up, so that each node is made when its children are there.
    List<StoreSnapshot.Known> downwards = new ArrayList<>(below.getOrDefault(SCRATCH, List.of()));
    for (int i = 0; i < downwards.size(); i++) {
      downwards.addAll(below.getOrDefault(downwards.get(i).digest(), List.of()));
    }
    Collections.reverse(downwards);
    for (StoreSnapshot.Known known : downwards) {
      nodes.put(known.digest(), node(known));
    }
    return new ImageTree(nodesOf(below.getOrDefault(SCRATCH, List.of())));
  }

  private void place(StoreSnapshot.Known known, LayerPrefixes prefixes) throws IOException {
    Optional<StoreSnapshot.Known> linkedParent = snapshot.parent(known);
    Image image = load(known);
    layerCounts.put(known.digest(), image.layers().size());
    Optional<StoreSnapshot.Known> parent =
        linkedParent.isPresent()
            ? linkedParent
            : prefixes.findBase(image).filter(base -> !descends(base, known));
    linkedParent.ifPresent(link -> linked.add(known.digest()));
    Digest key = parent.map(StoreSnapshot.Known::digest).orElse(SCRATCH);
    above.put(known.digest(), key);
    below.computeIfAbsent(key, digest -> new ArrayList<>()).add(known);
  }

  /** Links and likeness together could make a ring: a squashed image below its own source. */
  private boolean descends(StoreSnapshot.Known candidate, StoreSnapshot.Known from) {
    Digest next = candidate.digest();
    while (!next.equals(SCRATCH)) {
      if (next.equals(from.digest())) {
        return true;
      }
      next = parentOf(next);
    }
    return false;
  }

  private Digest parentOf(Digest image) {
    Digest placed = above.get(image);
    if (placed != null) {
      return placed;
    }
    return snapshot
        .find(image)
        .flatMap(snapshot::parent)
        .map(StoreSnapshot.Known::digest)
        .orElse(SCRATCH);
  }

  private ImageTree.Node node(StoreSnapshot.Known known) throws IOException {
    Image image = load(known);
    int depth = image.layers().size();
    int shared = Math.min(depth, layerCounts.getOrDefault(above.get(known.digest()), 0));
    long added = 0;
    for (Layer layer : image.layers().subList(shared, depth)) {
      added += meter.sizes(layer, progress).content();
    }
    return new ImageTree.Node(
        known.digest(),
        image.id(),
        known.names().stream().sorted().toList(),
        image.platform().toString(),
        linked.contains(known.digest()),
        depth - shared,
        added,
        known.isIntermediate(),
        nodesOf(below.getOrDefault(known.digest(), List.of())));
  }

  private List<ImageTree.Node> nodesOf(List<StoreSnapshot.Known> images) {
    List<ImageTree.Node> found = new ArrayList<>(images.size());
    for (StoreSnapshot.Known known : images) {
      found.add(Objects.requireNonNull(nodes.get(known.digest())));
    }
    found.sort(ORDER);
    return found;
  }

  private Image load(StoreSnapshot.Known known) throws IOException {
    return loader.image(known.descriptor(), "image " + known.digest());
  }
}
