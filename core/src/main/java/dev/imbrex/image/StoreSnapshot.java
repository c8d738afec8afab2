package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a storage holds at one moment: the images it knows of, from the catalog and from its
 * entries, those inside indexes too, with their names and links. Reads the catalog, the entries and
 * the indexes, but no image. Immutable.
 */
final class StoreSnapshot {
  /** One image the storage knows of. */
  static final class Known {
    private final Descriptor descriptor;
    private final @Nullable ImageRecord record;
    private final List<String> names = new ArrayList<>();
    private final List<Digest> children = new ArrayList<>();
    private boolean topLevel;
    private boolean inIndex;

    private Known(Descriptor descriptor, @Nullable ImageRecord record) {
      this.descriptor = descriptor;
      this.record = record;
    }

    Digest digest() {
      return descriptor.digest();
    }

    Descriptor descriptor() {
      return descriptor;
    }

    Optional<ImageRecord> record() {
      return Optional.ofNullable(record);
    }

    /** The names that stand for this image itself, in the order of the storage. */
    List<String> names() {
      return List.copyOf(names);
    }

    /** The images whose parent link names this one. */
    List<Digest> children() {
      return List.copyOf(children);
    }

    /** Whether an index of the storage leads to it. */
    boolean isInIndex() {
      return inIndex;
    }

    /** Whether an entry of the storage leads to it: directly, or through an index. */
    boolean isEntry() {
      return topLevel || inIndex;
    }

    /** Whether it only exists as a step on the way to another image (SN-H2). */
    boolean isIntermediate() {
      return !isEntry() && !children.isEmpty();
    }

    /** Whether nothing leads to it and nothing was built on it (SN-H2). */
    boolean isDangling() {
      return !isEntry() && children.isEmpty();
    }
  }

  private final Map<Digest, Known> images = new LinkedHashMap<>();

  private StoreSnapshot() {}

  static StoreSnapshot of(Storage storage, ImageLoader loader) throws IOException {
    StoreSnapshot snapshot = new StoreSnapshot();
    for (ImageRecord record : storage.catalog().all()) {
      // A foreign tool may have collected what only our catalog knew.
      if (storage.exists(record.image())) {
        snapshot.images.put(record.image().digest(), new Known(record.image(), record));
      }
    }
    for (StorageEntry entry : storage.entries()) {
      snapshot.enter(entry, storage, loader);
    }
    for (Known known : snapshot.images.values()) {
      known
          .record()
          .flatMap(ImageRecord::parent)
          .map(snapshot.images::get)
          .ifPresent(parent -> parent.children.add(known.digest()));
    }
    return snapshot;
  }

  Collection<Known> images() {
    return List.copyOf(images.values());
  }

  Optional<Known> find(Digest image) {
    return Optional.ofNullable(images.get(image));
  }

  /** The image this one was made from, if a link says so and that image is here. */
  Optional<Known> parent(Known image) {
    return image.record().flatMap(ImageRecord::parent).flatMap(this::find);
  }

  private void enter(StorageEntry entry, Storage storage, ImageLoader loader) throws IOException {
    Descriptor target = entry.target();
    if (target.mediaType().isIndex() && storage.exists(target)) {
      for (Descriptor leaf : loader.leavesOf(loader.index(target, "index " + target.digest()))) {
        if (leaf.mediaType().isImageManifest() && storage.exists(leaf)) {
          know(ImageLoader.identity(leaf)).inIndex = true;
        }
      }
    } else if (target.mediaType().isImageManifest() && storage.exists(target)) {
      Known known = know(ImageLoader.identity(target));
      known.topLevel = true;
      entry.name().ifPresent(known.names::add);
    }
  }

  private Known know(Descriptor image) {
    return images.computeIfAbsent(image.digest(), digest -> new Known(image, null));
  }
}
