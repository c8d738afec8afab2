package dev.imbrex.registry;

import static java.util.concurrent.TimeUnit.SECONDS;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.registry.internal.auth.Scopes;
import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.transport.RequestBody;
import dev.imbrex.registry.internal.wire.AccessScope;
import dev.imbrex.registry.internal.wire.ByteRange;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;

/** An upload as the registry keeps it, at a URL that each answer may change. For one thread. */
final class UploadSession {
  private static final int ABORT_SECONDS = 2;

  private final RepositoryAccess repository;
  private final int leastChunk;
  private URI location;

  private UploadSession(RepositoryAccess repository, URI location, int leastChunk) {
    this.repository = repository;
    this.location = location;
    this.leastChunk = leastChunk;
  }

  /**
   * Begins an upload.
   *
   * @param mountFrom the path of a repository there that may have the blob (SN-G21)
   * @return empty if the registry took the blob from there, and nothing is to be sent
   */
  static Optional<UploadSession> begin(
      RepositoryAccess repository, Digest digest, Optional<String> mountFrom) throws IOException {
    if (mountFrom.isPresent()) {
      try {
        return begin(repository, mounting(repository, digest, mountFrom.get()), digest);
      } catch (RegistryException e) {
        // It may not read there, or not know how: then it is sent.
        if (e.isTransient()) {
          throw e;
        }
      }
    }
    String algorithm = digest.algorithm();
    String query = algorithm.equals("sha256") ? "" : "?digest-algorithm=" + algorithm;
    RegistryCall call =
        RegistryCall.of("POST", repository.path() + "/blobs/uploads/" + query, repository.push());
    return begin(repository, call, digest);
  }

  private static RegistryCall mounting(RepositoryAccess repository, Digest digest, String from) {
    Scopes scopes = repository.push().union(Scopes.of(AccessScope.repository(from, "pull")));
    return RegistryCall.of(
        "POST",
        repository.path()
            + "/blobs/uploads/?mount="
            + RepositoryAccess.encoded(digest.toString())
            + "&from="
            + RepositoryAccess.encoded(from),
        scopes);
  }

  private static Optional<UploadSession> begin(
      RepositoryAccess repository, RegistryCall call, Digest digest) throws IOException {
    try (Answer answer = repository.host().call(call, repository.path())) {
      Attempted attempted = Attempted.of(call.method(), answer.uri());
      if (answer.status() == 201 && call.path().contains("mount=")) {
        BlobUpload.requireDigest(answer, digest, "Blob mounted in " + repository);
        return Optional.empty();
      }
      if (answer.status() != 202) {
        throw Refusals.protocol(attempted, "status " + answer.status() + " where 202 was expected");
      }
      URI location = repository.host().location(call.method(), answer);
      return Optional.of(new UploadSession(repository, location, leastChunk(answer)));
    }
  }

  private static int leastChunk(Answer answer) {
    String text = answer.header("OCI-Chunk-Min-Length").orElse("");
    return text.matches("[0-9]{1,9}") ? Integer.parseInt(text) : 0;
  }

  /** How many bytes each chunk but the last must have. */
  int leastChunk() {
    return leastChunk;
  }

  /**
   * Sends a chunk, once.
   *
   * @param first its place in the blob
   * @return false if the registry says that this is not the place (416)
   */
  boolean send(long first, byte[] bytes, int offset, int length) throws IOException {
    RegistryCall call =
        RegistryCall.of("PATCH", location, repository.push())
            .with("Content-Type", "application/octet-stream")
            .with("Content-Range", new ByteRange(first, first + length - 1).toString())
            .with(RequestBody.of(bytes, offset, length))
            .accepting(416);
    try (Answer answer = repository.host().callOnce(call, repository.path())) {
      if (answer.status() == 416) {
        answer.discard();
        return false;
      }
      moveTo(call, answer);
      return true;
    }
  }

  /**
   * How many bytes the registry has, as far as it says so.
   *
   * @return empty if it is one or none: {@code 0-0} means either
   */
  OptionalLong received() throws IOException {
    RegistryCall call = RegistryCall.of("GET", location, repository.push());
    try (Answer answer = repository.host().call(call, repository.path())) {
      Optional<String> header = answer.header("Range");
      moveTo(call, answer);
      if (header.isEmpty()) {
        return OptionalLong.of(0);
      }
      Optional<ByteRange> range = ByteRange.parseChunk(header.get());
      if (range.isEmpty() || range.get().first() != 0) {
        throw Refusals.protocol(
            Attempted.of(call.method(), answer.uri()),
            "its Range is not of the form 0-n: " + Refusals.shown(header.get(), List.of()));
      }
      return range.get().last() == 0 ? OptionalLong.empty() : OptionalLong.of(range.get().length());
    }
  }

  /** Ends the upload, with all or the rest of the blob in the body, once. */
  void finish(Digest digest, Optional<RequestBody> body) throws IOException {
    URI uri =
        BlobUpload.withQuery(location, "digest=" + RepositoryAccess.encoded(digest.toString()));
    RegistryCall call =
        RegistryCall.of("PUT", uri, repository.push())
            .with("Content-Type", "application/octet-stream")
            .with(body.orElse(RequestBody.of(new byte[0])));
    try (Answer answer = repository.host().callOnce(call, repository.path())) {
      if (answer.status() != 201) {
        throw Refusals.protocol(
            Attempted.of(call.method(), answer.uri()),
            "status " + answer.status() + " where 201 was expected");
      }
      BlobUpload.requireDigest(answer, digest, "Blob uploaded to " + repository);
    }
  }

  /**
   * Tells the registry that nothing more will come, and takes no interest in what it says. Also a
   * thread that was interrupted does so, and does not wait for long.
   */
  void abort() {
    boolean interrupted = Thread.interrupted();
    try {
      Future<?> telling = repository.host().exchanges().executor().submit(() -> delete());
      telling.get(ABORT_SECONDS, SECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    } catch (ExecutionException | TimeoutException | RejectedExecutionException e) {
      // The registry forgets it by itself, some day.
      return;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private boolean delete() throws IOException {
    RegistryCall call = RegistryCall.of("DELETE", location, repository.push());
    repository.host().callOnce(call, repository.path()).discard();
    return true;
  }

  private void moveTo(RegistryCall call, Answer answer) throws RegistryException {
    if (answer.header("Location").isPresent()) {
      location = repository.host().location(call.method(), answer);
    }
  }
}
