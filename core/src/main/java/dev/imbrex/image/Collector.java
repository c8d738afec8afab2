package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.Manifest;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Finds what nothing leads to, and deletes it (SN-S11).
 *
 * <p>Kept are: what the entries of the storage lead to, through indexes, manifests, configs and
 * layers; the images these were built on, by parent links; what refers to a kept subject; and what
 * was used since the oldest lease or within the grace period.
 */
final class Collector {
  private final Storage storage;
  private final ImageLoader loader;
  private final Set<Digest> kept = new HashSet<>();
  private final Deque<Descriptor> toMark = new ArrayDeque<>();

  Collector(Storage storage, ImageLoader loader) {
    this.storage = storage;
    this.loader = loader;
  }

  CollectionReport collect(Instant usedBefore, boolean dryRun) throws IOException {
    Optional<Instant> lease = storage.oldestLease();
    Instant cutoff =
        lease.isPresent() && lease.get().isBefore(usedBefore) ? lease.get() : usedBefore;
    // Listed before marking: what is written meanwhile is in nobody's list.
    List<StoredBlob> blobs = storage.blobs();
    mark(blobs, cutoff);
    List<Digest> garbage = new ArrayList<>();
    long bytes = 0;
    for (StoredBlob blob : blobs) {
      requireGoingOn();
      if (!kept.contains(blob.digest())
          && blob.lastUsed().isBefore(cutoff)
          && (dryRun || storage.delete(blob.digest(), cutoff))) {
        garbage.add(blob.digest());
        bytes += blob.size();
      }
    }
    if (!dryRun) {
      storage.catalog().forget(garbage);
      bytes += storage.deleteLeftovers(cutoff);
    }
    return new CollectionReport(garbage, bytes, dryRun);
  }

  private void mark(List<StoredBlob> blobs, Instant cutoff) throws IOException {
    for (StorageEntry entry : storage.entries()) {
      toMark.add(entry.target());
    }
    Set<Digest> young = new HashSet<>();
    for (StoredBlob blob : blobs) {
      if (!blob.lastUsed().isBefore(cutoff)) {
        young.add(blob.digest());
      }
    }
    for (ImageRecord record : storage.catalog().all()) {
      if (young.contains(record.image().digest())) {
        toMark.add(record.image());
      }
    }
    drain();
    markReferrers(blobs);
  }

  private void drain() throws IOException {
    for (Descriptor next = toMark.poll(); next != null; next = toMark.poll()) {
      requireGoingOn();
      if (kept.add(next.digest())) {
        if (next.mediaType().isImageManifest()) {
          markParent(next);
        }
        if (next.mediaType().isManifest()) {
          children(next).ifPresent(manifest -> toMark.addAll(manifest.references()));
        }
      }
    }
  }

  /** What was deleted so far was garbage, and is gone; what is left is found again. */
  private static void requireGoingOn() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted while garbage was collected");
    }
  }

  private void markParent(Descriptor image) throws IOException {
    Optional<Digest> parent = storage.catalog().find(image.digest()).flatMap(ImageRecord::parent);
    if (parent.isPresent()) {
      storage.catalog().find(parent.get()).map(ImageRecord::image).ifPresent(toMark::add);
    }
  }

  /**
   * Keeps manifests whose subject is kept, until no more are found. They are found by reading every
   * small blob that could be one: nothing else leads to a referrer.
   */
  private void markReferrers(List<StoredBlob> blobs) throws IOException {
    List<Referrer> referrers = new ArrayList<>();
    for (StoredBlob blob : blobs) {
      requireGoingOn();
      if (!kept.contains(blob.digest())) {
        loader.referrer(blob).ifPresent(referrers::add);
      }
    }
    boolean found = true;
    while (found) {
      found = false;
      for (Referrer referrer : referrers) {
        if (kept.contains(referrer.subject()) && !kept.contains(referrer.manifest().digest())) {
          toMark.add(referrer.manifest());
          found = true;
        }
      }
      drain();
    }
  }

  /** What a manifest leads to; nothing if it cannot be read: its siblings are no garbage for it. */
  private Optional<Manifest> children(Descriptor descriptor) throws IOException {
    try {
      return Optional.of(loader.manifest(descriptor, "manifest " + descriptor.digest()));
    } catch (ContentNotFoundException e) {
      return Optional.empty();
    } catch (ImageException e) {
      if (storage.exists(descriptor)) {
        // Broken content keeps itself, and is left for verification to report.
        return Optional.empty();
      }
      throw e;
    }
  }

  /**
   * A manifest that refers to another one.
   *
   * @param manifest the one that refers
   * @param subject the one referred to
   */
  record Referrer(Descriptor manifest, Digest subject) {}
}
