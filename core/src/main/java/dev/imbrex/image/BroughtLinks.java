package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Keeps the parent links between images that were brought together from another storage. */
final class BroughtLinks {
  private final Storage source;
  private final ImageStore store;

  BroughtLinks(Storage source, ImageStore store) {
    this.source = source;
    this.store = store;
  }

  /** Records the images, with their parents as far as those were brought, too. */
  void take(List<Image> brought, TransferReport report) throws IOException {
    Map<Digest, Digest> before = new HashMap<>();
    report.changed().forEach((old, now) -> before.put(now, old));
    Map<Digest, Image> byOldDigest = new LinkedHashMap<>();
    brought.forEach(
        image -> byOldDigest.put(before.getOrDefault(image.digest(), image.digest()), image));
    for (Map.Entry<Digest, Image> image : byOldDigest.entrySet()) {
      if (store.storage().catalog().find(image.getValue().digest()).isEmpty()) {
        store.record(image.getValue(), Optional.empty(), false);
      }
    }
    for (Map.Entry<Digest, Image> image : byOldDigest.entrySet()) {
      Optional<Image> parent =
          source.catalog().find(image.getKey()).flatMap(ImageRecord::parent).map(byOldDigest::get);
      if (parent.isPresent() && store.parent(image.getValue()).isEmpty()) {
        store.setParent(image.getValue(), parent.get());
      }
    }
  }
}
