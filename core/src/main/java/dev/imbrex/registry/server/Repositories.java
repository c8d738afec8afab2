package dev.imbrex.registry.server;

import dev.imbrex.image.ImageRecord;
import dev.imbrex.image.Storage;
import dev.imbrex.image.Storage.Capability;
import dev.imbrex.image.StorageEntry;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Predicate;

/**
 * Which content of a storage is in which repository.
 *
 * <p>A repository has what its names in the storage lead to: manifests, through indexes too, and
 * their configs and layers; and the blobs that were pushed to it in this run. So an image that
 * somebody tags in the storage is in the repository at once, and after a restart all is there again
 * but for blobs that no manifest ever referred to. Safe for use by many threads.
 */
final class Repositories {
  private final Storage storage;
  private final StorageNames names;
  private final StoredManifests manifests;
  private final BlobLinks links = new BlobLinks();
  private final RepositoryTags tags;

  // Content is published and noted under the one, and deleted for good under the other.
  private final ReadWriteLock deletion = new ReentrantReadWriteLock();

  /** What publishes content. */
  interface Publication {
    /** Publishes it and returns its descriptor. */
    Descriptor run() throws IOException;
  }

  Repositories(Storage storage, long largestManifest) {
    this.storage = storage;
    this.names = new StorageNames(storage);
    this.manifests = new StoredManifests(storage, largestManifest);
    this.tags = new RepositoryTags(storage, names);
  }

  Storage storage() {
    return storage;
  }

  RepositoryTags tags() {
    return tags;
  }

  /** Whether anything is, or was in this run, in a repository. */
  boolean isKnown(RepositoryName repository) throws IOException {
    return links.repositories().contains(repository) || !names.of(repository).isEmpty();
  }

  /** All repositories with a name, sorted by path. */
  NavigableSet<RepositoryName> all() throws IOException {
    return names.repositories();
  }

  /** A manifest by digest. */
  Optional<Descriptor> manifest(RepositoryName repository, Digest digest) throws IOException {
    if (links.isDeleted(repository, digest)) {
      return Optional.empty();
    }
    List<Descriptor> targets = targets(repository);
    for (Descriptor target : targets) {
      if (target.digest().equals(digest) && storage.exists(target)) {
        return Optional.of(plain(target));
      }
    }
    AtomicReference<Descriptor> found = new AtomicReference<>();
    manifests.walk(
        targets,
        (manifest, facts) -> {
          if (manifest.digest().equals(digest)) {
            found.set(plain(manifest));
          }
          return found.get() == null;
        });
    return Optional.ofNullable(found.get());
  }

  /** A blob by digest. */
  Optional<Descriptor> blob(RepositoryName repository, Digest digest) throws IOException {
    Optional<Descriptor> known = links.find(repository, digest);
    if (known.isPresent() && storage.exists(known.get())) {
      return known;
    }
    if (links.isDeleted(repository, digest)) {
      return Optional.empty();
    }
    AtomicReference<Descriptor> found = new AtomicReference<>();
    manifests.walk(
        targets(repository),
        (manifest, facts) -> {
          for (Descriptor blob : facts.blobs()) {
            // A manifest may lie about the size; another may not.
            if (blob.digest().equals(digest) && storage.exists(blob)) {
              found.set(blob);
            }
          }
          return found.get() == null;
        });
    Optional<Descriptor> blob = Optional.ofNullable(found.get());
    blob.ifPresent(descriptor -> links.see(repository, descriptor));
    return blob;
  }

  /** A blob in any repository that fits. */
  Optional<Descriptor> blobAnywhere(Digest digest, Predicate<RepositoryName> readable)
      throws IOException {
    NavigableSet<RepositoryName> candidates = all();
    candidates.addAll(links.repositories());
    for (RepositoryName repository : candidates) {
      if (readable.test(repository)) {
        Optional<Descriptor> found = blob(repository, digest);
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** Publishes a blob, and notes that it is in the repository. */
  Descriptor addBlob(RepositoryName repository, Publication publication) throws IOException {
    deletion.readLock().lock();
    try {
      Descriptor blob = publication.run();
      links.link(repository, blob);
      return blob;
    } finally {
      deletion.readLock().unlock();
    }
  }

  /**
   * Puts a manifest under tags, or under none.
   *
   * @param facts what is known of it
   * @param required what the tags must stand for now, if anything
   * @return false if a tag stands for something else
   */
  boolean putManifest(
      RepositoryName repository,
      byte[] bytes,
      Descriptor manifest,
      ManifestFacts facts,
      List<String> newTags,
      Optional<Digest> required)
      throws IOException {
    deletion.readLock().lock();
    try {
      storage.put(manifest, new ByteArrayInputStream(bytes));
      manifests.remember(manifest.digest(), facts);
      links.restore(repository, manifest.digest());
      return tags.put(repository, manifest, newTags, required);
    } finally {
      deletion.readLock().unlock();
    }
  }

  /** Deletes a manifest and all its tags; false if it is not there. */
  boolean deleteManifest(RepositoryName repository, Digest digest) throws IOException {
    Optional<Descriptor> manifest = manifest(repository, digest);
    if (manifest.isEmpty()) {
      return false;
    }
    tags.deleteAll(repository, digest);
    links.delete(repository, digest);
    deleteForGood(digest);
    return true;
  }

  /** Deletes a blob; false if it is not there. */
  boolean deleteBlob(RepositoryName repository, Digest digest) throws IOException {
    if (blob(repository, digest).isEmpty()) {
      return false;
    }
    links.delete(repository, digest);
    deleteForGood(digest);
    return true;
  }

  /** The manifests about a subject, with indexes, each once, in the order of the storage. */
  List<Descriptor> referrers(RepositoryName repository, Digest subject) throws IOException {
    return new ReferrerList(repository, subject, manifests, links).of(names.of(repository));
  }

  /**
   * Frees content that nothing leads to any more. What somebody else may be about to use, under a
   * lease, is left to collection; so is all where the storage cannot delete.
   */
  void deleteForGood(Digest digest) throws IOException {
    if (!storage.capabilities().contains(Capability.DELETE)) {
      return;
    }
    deletion.writeLock().lock();
    try {
      if (!links.isPushed(digest) && !isReachable(digest)) {
        storage.delete(digest, storage.oldestLease().orElse(Instant.MAX));
      }
    } finally {
      deletion.writeLock().unlock();
    }
  }

  private boolean isReachable(Digest digest) throws IOException {
    List<Descriptor> roots = new ArrayList<>();
    for (StorageEntry entry : storage.entries()) {
      roots.add(entry.target());
    }
    if (storage.capabilities().contains(Capability.CATALOG)) {
      storage.catalog().all().stream().map(ImageRecord::image).forEach(roots::add);
    }
    boolean[] reached = new boolean[1];
    manifests.walk(
        roots,
        (manifest, facts) -> {
          reached[0] |=
              manifest.digest().equals(digest)
                  || leadsTo(facts.blobs(), digest)
                  || leadsTo(facts.manifests(), digest);
          return !reached[0];
        });
    return reached[0];
  }

  private static boolean leadsTo(List<Descriptor> descriptors, Digest digest) {
    return descriptors.stream().anyMatch(descriptor -> descriptor.digest().equals(digest));
  }

  private List<Descriptor> targets(RepositoryName repository) throws IOException {
    List<Descriptor> targets = new ArrayList<>();
    for (StorageNames.Name name : names.of(repository)) {
      if (!links.isDeleted(repository, name.target().digest())) {
        targets.add(name.target());
      }
    }
    return targets;
  }

  /** A descriptor without what its place in a storage or an index adds to it. */
  static Descriptor plain(Descriptor descriptor) {
    return Descriptor.of(descriptor.mediaType(), descriptor.digest(), descriptor.size());
  }
}
