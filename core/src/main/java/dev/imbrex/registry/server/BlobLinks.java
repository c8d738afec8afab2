package dev.imbrex.registry.server;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was done to the repositories in this run of the server and the storage has no place for:
 * blobs that were pushed and that no manifest refers to yet, and content that was deleted although
 * a manifest still refers to it. Safe for use by many threads.
 */
final class BlobLinks {
  private static final class Links {
    private final Map<Digest, Descriptor> pushed = new ConcurrentHashMap<>();
    private final Map<Digest, Descriptor> seen = new ConcurrentHashMap<>();
    private final Set<Digest> deleted = ConcurrentHashMap.newKeySet();
  }

  private final Map<RepositoryName, Links> repositories = new ConcurrentHashMap<>();

  /** Notes that content was pushed, mounted or put. */
  void link(RepositoryName repository, Descriptor content) {
    Links links = repositories.computeIfAbsent(repository, name -> new Links());
    links.deleted.remove(content.digest());
    links.pushed.put(content.digest(), content);
  }

  /** Notes that content is in a repository again. */
  void restore(RepositoryName repository, Digest content) {
    Links links = repositories.get(repository);
    if (links != null) {
      links.deleted.remove(content);
    }
  }

  /** Notes that content was deleted. */
  void delete(RepositoryName repository, Digest content) {
    Links links = repositories.computeIfAbsent(repository, name -> new Links());
    links.pushed.remove(content);
    links.seen.remove(content);
    links.deleted.add(content);
  }

  /** Remembers that a manifest led to a blob, so that it need not be looked for again. */
  void see(RepositoryName repository, Descriptor blob) {
    repositories.computeIfAbsent(repository, name -> new Links()).seen.put(blob.digest(), blob);
  }

  /** A blob that was pushed or seen. */
  Optional<Descriptor> find(RepositoryName repository, Digest blob) {
    Links links = repositories.get(repository);
    if (links == null) {
      return Optional.empty();
    }
    return Optional.ofNullable(links.pushed.get(blob))
        .or(() -> Optional.ofNullable(links.seen.get(blob)));
  }

  boolean isDeleted(RepositoryName repository, Digest content) {
    Links links = repositories.get(repository);
    return links != null && links.deleted.contains(content);
  }

  /** Whether a blob was pushed to any repository. */
  boolean isPushed(Digest content) {
    return repositories.values().stream().anyMatch(links -> links.pushed.containsKey(content));
  }

  /** The repositories in which something was done. */
  Set<RepositoryName> repositories() {
    return Set.copyOf(repositories.keySet());
  }
}
