package dev.imbrex.registry;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.Manifest;
import dev.imbrex.manifest.document.ParseContext;
import dev.imbrex.registry.RepositoryAccess.Fetched;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The index under a tag in which clients keep the referrers of a manifest, where the registry does
 * not (OCI distribution-spec 1.1, "Referrers Tag Schema"; SN-G25, SN-G26). One change at a time is
 * made in this process; a registry that knows If-Match keeps out those of others.
 */
final class FallbackTag {
  private static final int ATTEMPTS = 10;

  private final RepositoryAccess repository;
  private final ReentrantLock lock;

  /**
   * For a repository.
   *
   * @param lock shared by all who change such tags there
   */
  FallbackTag(RepositoryAccess repository, ReentrantLock lock) {
    this.repository = repository;
    this.lock = lock;
  }

  /** The tag for a digest: both parts cut, and what cannot be in a tag replaced. */
  static String of(Digest subject) {
    return part(subject.algorithm(), 32) + "-" + part(subject.encoded(), 64);
  }

  private static String part(String text, int length) {
    return text.substring(0, Math.min(length, text.length())).replaceAll("[^A-Za-z0-9._-]", "-");
  }

  /** The referrers listed there; none if there is no such tag. */
  List<Descriptor> list(Digest subject) throws IOException {
    Optional<Fetched> fetched = repository.getManifestByTag(of(subject));
    return fetched.isEmpty() ? List.of() : parse(subject, fetched.get()).manifests();
  }

  /** Lists a manifest among the referrers of its subject. */
  void add(Manifest manifest) throws IOException {
    Digest subject = manifest.subject().orElseThrow().digest();
    Descriptor entry = manifest.descriptor();
    if (manifest.effectiveArtifactType().isPresent()) {
      entry = entry.withArtifactType(manifest.effectiveArtifactType().get());
    }
    Descriptor described = entry.withAnnotations(manifest.annotations());
    change(
        subject,
        index ->
            index.manifests().stream().anyMatch(e -> e.digest().equals(described.digest()))
                ? index
                : index.append(described));
  }

  /** Takes a manifest out of the referrers of a subject. */
  void remove(Digest subject, Digest referrer) throws IOException {
    change(subject, index -> index.remove(referrer));
  }

  private void change(Digest subject, UnaryOperator<IndexManifest> change) throws IOException {
    try {
      lock.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted before referrers of " + subject + " changed");
    }
    try {
      for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
        if (changed(subject, change)) {
          return;
        }
      }
    } finally {
      lock.unlock();
    }
    throw Refusals.protocol(
        new Attempted("PUT", repository + ":" + of(subject)),
        "others changed it each time we tried, " + ATTEMPTS + " times");
  }

  private boolean changed(Digest subject, UnaryOperator<IndexManifest> change) throws IOException {
    Optional<Fetched> fetched = repository.getManifestByTag(of(subject));
    IndexManifest before =
        fetched.isEmpty() ? IndexManifest.of(List.of()) : parse(subject, fetched.get());
    IndexManifest after = change.apply(before);
    if (after.equals(before)) {
      return true;
    }
    return repository
        .putManifest(
            of(subject),
            after.bytes(),
            after.mediaType(),
            List.of(),
            fetched.flatMap(Fetched::etag).map(etag -> Map.entry("If-Match", etag)))
        .isPresent();
  }

  private IndexManifest parse(Digest subject, Fetched fetched) throws IOException {
    ParseContext context =
        ParseContext.of(repository + ":" + of(subject))
            .withLimits(repository.host().options().limits());
    if (fetched.contentType().isPresent()) {
      context = context.withContentType(fetched.contentType().get());
    }
    return Manifest.parse(fetched.bytes(), context).requireIndex();
  }
}
