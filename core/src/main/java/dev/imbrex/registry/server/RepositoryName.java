package dev.imbrex.registry.server;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.reference.InvalidReferenceException;
import dev.imbrex.manifest.reference.Reference;
import dev.imbrex.manifest.reference.Repository;
import dev.imbrex.registry.internal.wire.ErrorCode;
import java.util.Optional;

/**
 * A repository of the server: what it is called in paths, and in the names of a storage.
 *
 * <p>The storage has the names people give, written in full: what is pushed to {@code app} is
 * {@code docker.io/library/app} there, and {@code quay.io/team/app} is a repository of that path
 * here. So {@code app} and {@code library/app} are the same repository, as they are to Docker.
 *
 * @param path the shortest path that leads here
 * @param stored the name in the storage
 */
record RepositoryName(String path, Repository stored) implements Comparable<RepositoryName> {
  /**
   * Reads a path, decoded (SN-R2, SN-R6).
   *
   * @throws Refusal with NAME_INVALID
   */
  static RepositoryName parse(String path) throws Refusal {
    try {
      Repository.of("localhost", path);
      return of(stored(path));
    } catch (InvalidReferenceException e) {
      throw new Refusal(
          ErrorCode.NAME_INVALID,
          "The name of a repository is parts of lower-case letters and digits, joined by one of"
              + " '.', '_', '__' or '-', with '/' between, and at most 255 characters");
    }
  }

  /** The repository a name of a storage belongs to; empty if no path leads to it. */
  static Optional<RepositoryName> find(Repository stored) {
    RepositoryName name = of(stored);
    try {
      Repository.of("localhost", name.path);
      return stored(name.path).equals(stored) ? Optional.of(name) : Optional.empty();
    } catch (InvalidReferenceException e) {
      // A port or an upper-case host; or too long with its host.
      return Optional.empty();
    }
  }

  /** The name of a tag in the storage. */
  String tagged(String tag) {
    return stored.withTag(tag).toString();
  }

  /** The name that keeps a manifest which has no tag in the storage. */
  String pinned(Digest digest) {
    return stored + "@" + digest;
  }

  /** Whether a parsed name of the storage is one in this repository. */
  boolean has(Reference name) {
    return name.repository().equals(stored);
  }

  private static RepositoryName of(Repository stored) {
    return new RepositoryName(stored.shortest(), stored);
  }

  private static Repository stored(String path) {
    try {
      return Repository.parse(path);
    } catch (InvalidReferenceException e) {
      // It begins like a host and is none, or would be taken for an image id.
      return Repository.of("docker.io", path);
    }
  }

  @Override
  public int compareTo(RepositoryName other) {
    return path.compareTo(other.path);
  }

  @Override
  public String toString() {
    return path;
  }
}
