package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.ImageException;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Deletes an image by name or identity, with the parents that then serve nobody (SN-H3). */
final class Deletion {
  private final ImageStore store;
  private final Storage storage;
  private final DeleteOptions options;
  private final List<String> untagged = new ArrayList<>();
  private final List<Digest> deleted = new ArrayList<>();

  Deletion(ImageStore store, DeleteOptions options) {
    this.store = store;
    this.storage = store.storage();
    this.options = options;
  }

  DeletionReport delete(String text) throws IOException {
    Optional<Tag> tag = store.findTag(text);
    if (tag.isPresent()) {
      deleteName(tag.get().name());
    } else {
      deleteImage(store.requireDescriptor(text));
    }
    return new DeletionReport(untagged, deleted);
  }

  private void deleteName(String name) throws IOException {
    Optional<Descriptor> target = untag(name);
    if (target.isEmpty() || !target.get().mediaType().isImageManifest()) {
      return;
    }
    Optional<StoreSnapshot.Known> left = store.snapshot().find(target.get().digest());
    if (left.isPresent() && left.get().isDangling()) {
      remove(left.get());
    }
  }

  private void deleteImage(Descriptor target) throws IOException {
    Optional<StoreSnapshot.Known> known = store.snapshot().find(target.digest());
    List<String> names = namesOf(target.digest());
    int children = known.map(k -> k.children().size()).orElse(0);
    boolean insideIndex = known.map(StoreSnapshot.Known::isInIndex).orElse(false);
    if (!options.force() && (names.size() > 1 || children > 0 || insideIndex)) {
      throw new ImageException(
          "Cannot delete "
              + target.digest()
              + ": it has the names "
              + names
              + ", "
              + children
              + " images were built on it"
              + (insideIndex ? ", and an index has it" : ""));
    }
    for (String name : names) {
      untag(name);
    }
    if (known.isPresent()) {
      remove(known.get());
    } else if (storage.delete(target.digest(), Instant.MAX)) {
      deleted.add(target.digest());
    }
  }

  /** Deletes an image nothing leads to, and then its parents as far as they are steps to it. */
  private void remove(StoreSnapshot.Known image) throws IOException {
    Optional<StoreSnapshot.Known> next = Optional.of(image);
    while (next.isPresent()) {
      StoreSnapshot.Known gone = next.get();
      Optional<StoreSnapshot.Known> parent = store.snapshot().parent(gone);
      unlinkChildren(gone.digest());
      storage.catalog().forget(List.of(gone.digest()));
      if (storage.delete(gone.digest(), Instant.MAX)) {
        deleted.add(gone.digest());
      }
      next = Optional.empty();
      if (options.prune() && parent.isPresent()) {
        next = store.snapshot().find(parent.get().digest()).filter(StoreSnapshot.Known::isDangling);
      }
    }
  }

  private void unlinkChildren(Digest parent) throws IOException {
    List<ImageRecord> orphans = new ArrayList<>();
    for (ImageRecord child : storage.catalog().children(parent)) {
      orphans.add(child.withParent(Optional.empty()));
    }
    storage.catalog().record(orphans);
  }

  private Optional<Descriptor> untag(String name) throws IOException {
    Optional<Descriptor> previous = storage.tag(List.of(TagUpdate.delete(name))).get(0).previous();
    if (previous.isPresent()) {
      untagged.add(name);
    }
    return previous;
  }

  private List<String> namesOf(Digest target) throws IOException {
    List<String> names = new ArrayList<>();
    for (StorageEntry entry : storage.entries()) {
      if (entry.target().digest().equals(target)) {
        entry.name().ifPresent(names::add);
      }
    }
    return names;
  }
}
