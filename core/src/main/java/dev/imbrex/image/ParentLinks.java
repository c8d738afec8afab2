package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which image was made from which, as the catalog of a store knows it (SN-H1). */
final class ParentLinks {
  private final ImageStore store;
  private final Storage storage;

  ParentLinks(ImageStore store) {
    this.store = store;
    this.storage = store.storage();
  }

  Optional<Image> parent(Image image) throws IOException {
    Optional<Digest> parent = storage.catalog().find(image.digest()).flatMap(ImageRecord::parent);
    if (parent.isEmpty()) {
      return Optional.empty();
    }
    Optional<ImageRecord> record = storage.catalog().find(parent.get());
    return record.isPresent() && storage.exists(record.get().image())
        ? Optional.of(store.load(record.get().image()))
        : Optional.empty();
  }

  List<Image> children(Image image) throws IOException {
    List<Image> children = new ArrayList<>();
    for (ImageRecord record : storage.catalog().children(image.digest())) {
      if (storage.exists(record.image())) {
        children.add(store.load(record.image()));
      }
    }
    return List.copyOf(children);
  }

  List<Image> ancestors(Image image) throws IOException {
    Set<Image> ancestors = new LinkedHashSet<>();
    Optional<Image> next = parent(image);
    while (next.isPresent() && ancestors.add(next.get())) {
      next = parent(next.get());
    }
    return List.copyOf(ancestors);
  }

  List<Image> descendants(Image image) throws IOException {
    Set<Image> seen = new LinkedHashSet<>();
    List<Image> found = new ArrayList<>(children(image));
    for (int i = 0; i < found.size(); i++) {
      if (seen.add(found.get(i))) {
        found.addAll(children(found.get(i)));
      }
    }
    return List.copyOf(seen);
  }

  /** Both images are in the store. */
  void set(Image child, Image parent) throws IOException {
    if (child.equals(parent) || ancestors(parent).contains(child)) {
      throw new IllegalArgumentException(parent + " was itself made from " + child);
    }
    // What is known of the child otherwise, where it was built above all, stays.
    boolean built =
        storage.catalog().find(child.digest()).map(ImageRecord::builtLocally).orElse(false);
    store.record(child, Optional.of(parent), built);
    if (storage.catalog().find(parent.digest()).isEmpty()) {
      store.record(parent, Optional.empty(), false);
    }
  }
}
