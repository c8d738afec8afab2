package dev.imbrex.build;

import dev.imbrex.image.Image;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.config.LayerHistory;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Takes what commands made from images that were built elsewhere (SN-B33): where an image has the
 * same layers as ours so far, and says that the same command made its next one.
 */
final class CacheImages {
  private CacheImages() {}

  static Optional<Draft> find(List<Image> images, Draft draft, History wanted) throws IOException {
    int height = draft.layers().size();
    for (Image image : images) {
      boolean longer = image.layers().size() > height;
      if (longer
          && image.config().diffIds().subList(0, height).equals(draft.config().diffIds())
          && saysTheSame(image, draft, height, wanted)) {
        return Optional.of(draft.withLayer(image.layers().get(height), wanted, Progress.none()));
      }
    }
    return Optional.empty();
  }

  /** Whether the history up to this layer is the same; only texts count, no times. */
  private static boolean saysTheSame(Image image, Draft draft, int height, History wanted) {
    List<LayerHistory.Step> theirs = image.config().layerHistory().steps();
    List<History> ours = draft.config().history();
    if (theirs.size() <= ours.size()) {
      return false;
    }
    for (int i = 0; i < ours.size(); i++) {
      if (!theirs.get(i).history().createdBy().equals(ours.get(i).createdBy())) {
        return false;
      }
    }
    LayerHistory.Step next = theirs.get(ours.size());
    return next.layer().equals(OptionalInt.of(height))
        && next.history().createdBy().equals(wanted.createdBy());
  }
}
