package dev.imbrex.image.internal;

import dev.imbrex.image.ImageCatalog;
import dev.imbrex.image.ImageRecord;
import dev.imbrex.image.LayerSizes;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A catalog in memory, with children found through an index: for storages in memory, for those that
 * read theirs from a file, and for those that have no place to keep one. Thread-safe.
 */
public final class MemoryCatalog implements ImageCatalog {
  private final Map<Digest, ImageRecord> records = new LinkedHashMap<>();
  private final Map<Digest, Set<Digest>> children = new HashMap<>();
  private final Map<DiffId, LayerSizes> layers = new LinkedHashMap<>();

  @Override
  public synchronized Optional<ImageRecord> find(Digest image) {
    return Optional.ofNullable(records.get(image));
  }

  @Override
  public synchronized List<ImageRecord> all() {
    return List.copyOf(records.values());
  }

  @Override
  public synchronized List<ImageRecord> children(Digest parent) {
    List<ImageRecord> found = new ArrayList<>();
    for (Digest child : children.getOrDefault(parent, Set.of())) {
      found.add(records.get(child));
    }
    return List.copyOf(found);
  }

  @Override
  public synchronized void record(Collection<ImageRecord> added) {
    for (ImageRecord record : added) {
      Digest image = record.image().digest();
      unlink(records.put(image, record), record.parent());
      record
          .parent()
          .ifPresent(p -> children.computeIfAbsent(p, k -> new LinkedHashSet<>()).add(image));
    }
  }

  @Override
  public synchronized void forget(Collection<Digest> images) {
    for (Digest image : images) {
      unlink(records.remove(image), Optional.empty());
    }
  }

  @Override
  public synchronized Optional<LayerSizes> layerSizes(DiffId layer) {
    return Optional.ofNullable(layers.get(layer));
  }

  @Override
  public synchronized void recordLayers(Map<DiffId, LayerSizes> sizes) {
    layers.putAll(sizes);
  }

  /** How many records and sizes there are, without copying them. */
  public synchronized int size() {
    return records.size() + layers.size();
  }

  /** All sizes of layers that are known, in the order they were recorded. */
  public synchronized Map<DiffId, LayerSizes> layers() {
    return new LinkedHashMap<>(layers);
  }

  /** Takes a replaced or dropped record out of its parent's children, unless it stays there. */
  private void unlink(@Nullable ImageRecord old, Optional<Digest> staysUnder) {
    if (old == null || old.parent().isEmpty() || old.parent().equals(staysUnder)) {
      return;
    }
    Digest parent = old.parent().get();
    Set<Digest> siblings = children.get(parent);
    if (siblings != null && siblings.remove(old.image().digest()) && siblings.isEmpty()) {
      children.remove(parent);
    }
  }
}
