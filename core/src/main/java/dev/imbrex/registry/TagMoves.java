package dev.imbrex.registry;

import dev.imbrex.image.TagResult;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.image.TagUpdate.Condition.Kind;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.reference.Repository;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Moves tags. The protocol has no compare-and-set: here one follows the other, and the registry is
 * asked to refuse if a tag moved in between, which those do that know If-Match.
 */
final class TagMoves {
  private static final int ATTEMPTS = 10;

  private final Repository repository;
  private final RepositoryAccess access;
  private final ManifestReader reader;
  private final ReentrantLock lock;

  TagMoves(
      Repository repository, RepositoryAccess access, ManifestReader reader, ReentrantLock lock) {
    this.repository = repository;
    this.access = access;
    this.reader = reader;
    this.lock = lock;
  }

  List<TagResult> move(List<TagUpdate> updates) throws IOException {
    for (TagUpdate update : updates) {
      RepositoryName.requireTag(repository, update.name());
      if (update.target().isPresent() && reader.find(update.target().get()).isEmpty()) {
        throw new ContentNotFoundException(
            "Cannot tag " + update.name() + ": no manifest " + update.target().get().digest());
      }
    }
    List<TagResult> results = new ArrayList<>(updates.size());
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted before tags of " + repository + " moved");
    }
    try {
      for (TagUpdate update : updates) {
        results.add(move(update));
      }
    } finally {
      lock.unlock();
    }
    return List.copyOf(results);
  }

  private TagResult move(TagUpdate update) throws IOException {
    String tag = RepositoryName.requireTag(repository, update.name());
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<RepositoryAccess.Head> head = access.headManifest(tag);
      Optional<Descriptor> now =
          head.isEmpty() ? Optional.empty() : reader.describe(access, tag, null);
      if (!update.condition().allows(now)) {
        return new TagResult(update.name(), false, now);
      }
      if (apply(update, tag, head.flatMap(RepositoryAccess.Head::etag))) {
        return new TagResult(update.name(), true, now);
      }
    }
    throw Refusals.protocol(
        new Attempted("PUT", repository + ":" + tag),
        "the tag moved each time we tried, " + ATTEMPTS + " times");
  }

  /** Makes the change; false if the tag moved meanwhile. */
  private boolean apply(TagUpdate update, String tag, Optional<String> etag) throws IOException {
    if (update.target().isEmpty()) {
      access.deleteTag(tag);
      return true;
    }
    Descriptor target = update.target().get();
    Optional<Map.Entry<String, String>> condition =
        update.condition().kind() == Kind.ABSENT
            ? Optional.of(Map.entry("If-None-Match", "*"))
            : update.condition().kind() == Kind.CURRENTLY
                ? etag.map(value -> Map.entry("If-Match", value))
                : Optional.empty();
    return access
        .putManifest(tag, reader.read(target), target.mediaType(), List.of(), condition)
        .isPresent();
  }
}
