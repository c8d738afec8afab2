package dev.imbrex.image;

import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.digest.ChainId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds among the images of a store those whose layers are the beginning of another image's: its
 * likely base, where no link tells (SN-H4).
 */
final class LayerPrefixes {
  private final Map<ChainId, List<StoreSnapshot.Known>> byTop = new HashMap<>();
  private final ImageLoader loader;

  private LayerPrefixes(ImageLoader loader) {
    this.loader = loader;
  }

  static LayerPrefixes of(StoreSnapshot snapshot, ImageLoader loader) throws IOException {
    LayerPrefixes prefixes = new LayerPrefixes(loader);
    for (StoreSnapshot.Known known : snapshot.images()) {
      prefixes.add(known, loader.image(known.descriptor(), "image " + known.digest()).chainIds());
    }
    return prefixes;
  }

  private void add(StoreSnapshot.Known known, List<ChainId> chain) {
    if (!chain.isEmpty()) {
      byTop.computeIfAbsent(chain.get(chain.size() - 1), top -> new ArrayList<>(1)).add(known);
    }
  }

  /**
   * The image with the longest proper prefix of these layers. Among several with the same layers
   * the one with the longest equal history wins, then the newest, then the first recorded.
   */
  Optional<StoreSnapshot.Known> findBase(Image image) throws IOException {
    List<ChainId> chain = image.chainIds();
    for (int length = chain.size() - 1; length > 0; length--) {
      List<StoreSnapshot.Known> candidates = byTop.getOrDefault(chain.get(length - 1), List.of());
      if (candidates.size() == 1) {
        return Optional.of(candidates.get(0));
      }
      if (!candidates.isEmpty()) {
        return Optional.of(best(candidates, image));
      }
    }
    return Optional.empty();
  }

  private StoreSnapshot.Known best(List<StoreSnapshot.Known> candidates, Image image)
      throws IOException {
    List<Ranked> ranked = new ArrayList<>();
    for (StoreSnapshot.Known known : candidates) {
      Image candidate = loader.image(known.descriptor(), "image " + known.digest());
      ranked.add(
          new Ranked(
              known,
              equalHistory(candidate.config().history(), image.config().history()),
              candidate.config().created().orElse(Instant.MIN)));
    }
    // max keeps the last of equals: reversed, that is the first recorded.
    Collections.reverse(ranked);
    return Collections.max(
            ranked, Comparator.comparingInt(Ranked::equalHistory).thenComparing(Ranked::created))
        .known;
  }

  private static int equalHistory(List<History> base, List<History> child) {
    int length = 0;
    while (length < Math.min(base.size(), child.size())
        && base.get(length).equals(child.get(length))) {
      length++;
    }
    return length;
  }

  private record Ranked(StoreSnapshot.Known known, int equalHistory, Instant created) {}
}
