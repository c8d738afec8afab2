package dev.imbrex.registry.server;

import dev.imbrex.image.Storage;
import dev.imbrex.image.TagResult;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The tags of repositories, which are names in a storage; and the names of manifests that have
 * none. A manifest without a tag is kept under {@code repository@digest}, so that it is in its
 * repository after a restart, and no garbage. Safe for use by many threads and processes, as the
 * storage is.
 */
final class RepositoryTags {
  private static final int ATTEMPTS = 100;

  private final Storage storage;
  private final StorageNames names;

  RepositoryTags(Storage storage, StorageNames names) {
    this.storage = storage;
    this.names = names;
  }

  /** What a tag stands for. */
  Optional<Descriptor> find(RepositoryName repository, String tag) throws IOException {
    return storage.resolve(repository.tagged(tag)).map(Repositories::plain);
  }

  /** All tags, sorted by code point (SN-T11). */
  List<String> list(RepositoryName repository) throws IOException {
    TreeSet<String> tags = new TreeSet<>();
    for (StorageNames.Name name : names.of(repository)) {
      if (name.reference().digest().isEmpty()) {
        name.reference().tag().ifPresent(tags::add);
      }
    }
    return List.copyOf(tags);
  }

  /**
   * Lets tags stand for a manifest, all in one step; with none, keeps it by its digest. What a tag
   * stood for before stays in the repository.
   *
   * @param required what the tags must stand for so that they may move, if anything
   * @return false if they stand for something else
   */
  boolean put(
      RepositoryName repository, Descriptor manifest, List<String> tags, Optional<Digest> required)
      throws IOException {
    List<Optional<Descriptor>> expected = new ArrayList<>();
    for (String tag : tags) {
      expected.add(storage.resolve(repository.tagged(tag)));
    }
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (required.isPresent() && !expected.stream().allMatch(now -> isFor(now, required.get()))) {
        return false;
      }
      List<TagUpdate> updates = new ArrayList<>();
      List<StorageNames.Name> present = names.of(repository);
      for (int i = 0; i < tags.size(); i++) {
        if (!isFor(expected.get(i), manifest.digest())) {
          pin(repository, expected.get(i), tags.get(i), present).ifPresent(updates::add);
        }
      }
      int first = updates.size();
      for (int i = 0; i < tags.size(); i++) {
        updates.add(moved(repository.tagged(tags.get(i)), expected.get(i), manifest));
      }
      updates.add(
          tags.isEmpty()
              ? pinOf(repository, manifest, present)
              : TagUpdate.delete(repository.pinned(manifest.digest())));
      List<TagResult> results = storage.tag(updates);
      boolean applied = true;
      for (int i = 0; i < tags.size(); i++) {
        TagResult result = results.get(first + i);
        applied &= result.applied();
        expected.set(i, result.applied() ? Optional.of(manifest) : result.previous());
      }
      if (applied) {
        return true;
      }
    }
    throw new IOException("Tags of " + repository + " keep moving; gave up after " + ATTEMPTS);
  }

  /** Takes a tag away; what it stood for stays. False if there is no such tag. */
  boolean delete(RepositoryName repository, String tag) throws IOException {
    String name = repository.tagged(tag);
    Optional<Descriptor> expected = storage.resolve(name);
    for (int attempt = 0; attempt < ATTEMPTS && expected.isPresent(); attempt++) {
      List<TagUpdate> updates = new ArrayList<>();
      pin(repository, expected, tag, names.of(repository)).ifPresent(updates::add);
      updates.add(TagUpdate.delete(name).ifCurrently(expected.get().digest()));
      TagResult result = storage.tag(updates).get(updates.size() - 1);
      if (result.applied()) {
        return true;
      }
      expected = result.previous();
    }
    return false;
  }

  /** Takes all names of a manifest away, its own too. */
  void deleteAll(RepositoryName repository, Digest manifest) throws IOException {
    List<TagUpdate> updates = new ArrayList<>();
    for (StorageNames.Name name : names.of(repository)) {
      if (name.target().digest().equals(manifest)) {
        updates.add(TagUpdate.delete(name.text()).ifCurrently(manifest));
      }
    }
    storage.tag(updates);
  }

  private static TagUpdate moved(String name, Optional<Descriptor> before, Descriptor manifest) {
    TagUpdate update = TagUpdate.set(name, manifest);
    return before.isPresent() ? update.ifCurrently(before.get().digest()) : update.ifAbsent();
  }

  /** Keeps what a tag stood for by its digest, unless another name keeps it. */
  private Optional<TagUpdate> pin(
      RepositoryName repository,
      Optional<Descriptor> before,
      String tag,
      List<StorageNames.Name> present)
      throws IOException {
    if (before.isEmpty() || !storage.exists(before.get())) {
      return Optional.empty();
    }
    Descriptor kept = Repositories.plain(before.get());
    boolean named =
        present.stream()
            .anyMatch(
                name ->
                    isFor(Optional.of(name.target()), kept.digest())
                        && !name.reference().tag().equals(Optional.of(tag)));
    return named
        ? Optional.empty()
        : Optional.of(TagUpdate.set(repository.pinned(kept.digest()), kept));
  }

  /** Keeps a manifest by its digest; where a tag keeps it, sees to it that no such name is left. */
  private static TagUpdate pinOf(
      RepositoryName repository, Descriptor manifest, List<StorageNames.Name> present) {
    String pinned = repository.pinned(manifest.digest());
    boolean tagged =
        present.stream()
            .anyMatch(
                name ->
                    isFor(Optional.of(name.target()), manifest.digest())
                        && name.reference().digest().isEmpty());
    return tagged ? TagUpdate.delete(pinned) : TagUpdate.set(pinned, manifest);
  }

  private static boolean isFor(Optional<Descriptor> target, Digest digest) {
    return target.isPresent() && target.get().digest().equals(digest);
  }
}
