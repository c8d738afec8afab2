package dev.imbrex.registry.server;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.registry.internal.http.HttpRequest;
import dev.imbrex.registry.internal.http.HttpResponse;
import dev.imbrex.registry.internal.wire.ByteRange;
import dev.imbrex.registry.internal.wire.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/** Uploads of blobs (OCI distribution-spec 1.1, "Pushing blobs"; SN-T7 to SN-T9). */
final class UploadEndpoint {
  private final Repositories repositories;
  private final Uploads uploads;
  private final RegistryServerOptions options;

  UploadEndpoint(Repositories repositories, Uploads uploads, RegistryServerOptions options) {
    this.repositories = repositories;
    this.uploads = uploads;
    this.options = options;
  }

  /** Begins an upload; with {@code mount} or {@code digest} it may end at once. */
  HttpResponse post(Call call) throws IOException {
    Optional<String> mount = call.query().find("mount");
    if (mount.isPresent()) {
      Digest digest = Call.verifiable(mount.get());
      Optional<Descriptor> found = mountable(call, digest);
      if (found.isPresent()) {
        repositories.addBlob(call.repository(), found::get);
        return created(call, digest);
      }
      return started(call, begin(call, digest.requireAlgorithm()));
    }
    if (call.query().find("digest").isPresent()) {
      Digest digest = call.requiredDigest();
      UploadSession session = begin(call, digest.requireAlgorithm());
      return uploads.working(call.repository(), session.id(), s -> whole(call, s, digest));
    }
    return started(call, begin(call, announced(call)));
  }

  /** Takes in a chunk, or whatever comes. */
  HttpResponse patch(Call call) throws IOException {
    return uploads.working(
        call.repository(),
        call.route().argument(),
        session -> {
          take(call, session);
          return at(HttpResponse.of(202), call, session);
        });
  }

  /** Takes in the rest, and publishes the blob. */
  HttpResponse put(Call call) throws IOException {
    Digest digest = call.requiredDigest();
    return uploads.working(
        call.repository(),
        call.route().argument(),
        session -> {
          session.expect(digest.requireAlgorithm());
          take(call, session);
          return publish(call, session, digest);
        });
  }

  /** Tells how far an upload is. */
  HttpResponse status(Call call) throws IOException {
    return uploads.working(
        call.repository(),
        call.route().argument(),
        session -> at(HttpResponse.of(204), call, session));
  }

  /** Gives an upload up. */
  HttpResponse cancel(Call call) throws IOException {
    return uploads.working(
        call.repository(),
        call.route().argument(),
        session -> {
          session.close();
          return HttpResponse.of(204);
        });
  }

  private HttpResponse whole(Call call, UploadSession session, Digest digest) throws IOException {
    try {
      take(call, session);
      return publish(call, session, digest);
    } finally {
      // Nobody knows of this session: without its one request it is of no use.
      session.close();
    }
  }

  private Optional<Descriptor> mountable(Call call, Digest digest) throws IOException {
    Optional<String> from = call.query().find("from");
    if (from.isEmpty()) {
      return repositories.blobAnywhere(
          digest, repository -> call.caller().may(repository.path(), RegistryAction.PULL));
    }
    RepositoryName source = RepositoryName.parse(from.get());
    return call.caller().may(source.path(), RegistryAction.PULL)
        ? repositories.blob(source, digest)
        : Optional.empty();
  }

  private static DigestAlgorithm announced(Call call) throws Refusal {
    Optional<String> name = call.query().find("digest-algorithm");
    if (name.isEmpty()) {
      return DigestAlgorithm.SHA256;
    }
    return DigestAlgorithm.find(name.get())
        .orElseThrow(() -> new Refusal(ErrorCode.DIGEST_INVALID, "The algorithm is not supported"));
  }

  private UploadSession begin(Call call, DigestAlgorithm algorithm) throws Refusal {
    return uploads.start(call.repository(), algorithm);
  }

  private void take(Call call, UploadSession session) throws IOException {
    HttpRequest request = call.request();
    Optional<ByteRange> range = range(call, session);
    OptionalLong length = request.length();
    if (range.isPresent() && length.isPresent() && length.getAsLong() != range.get().length()) {
      throw new Refusal(
          ErrorCode.SIZE_INVALID,
          "The chunk has " + length.getAsLong() + " bytes, its range " + range.get().length());
    }
    if (session.lastChunkWasShort() && length.orElse(1) > 0) {
      throw new Refusal(
          ErrorCode.SIZE_INVALID,
          "Only the last chunk may have less than " + options.chunkMinBytes() + " bytes");
    }
    if (length.orElse(0) > options.blobBytes() - session.size()) {
      throw tooLarge();
    }
    long before = session.size();
    InputStream body = request.body();
    long limit = options.blobBytes();
    if (range.isPresent()) {
      limit = Math.min(limit, before + range.get().length());
    }
    boolean all = session.append(body, limit);
    long taken = session.size() - before;
    if (range.isPresent() && (!all || taken != range.get().length())) {
      throw new Refusal(
          ErrorCode.SIZE_INVALID,
          "The chunk has not the " + range.get().length() + " bytes it says");
    }
    if (!all) {
      session.close();
      throw tooLarge();
    }
    if (range.isPresent()) {
      session.noteChunk(taken, options.chunkMinBytes());
    }
  }

  /**
   * The range of a chunk, which must begin where the upload is (SN-T8).
   *
   * @throws Refusal with 416 if it does not; the upload can go on
   */
  private static Optional<ByteRange> range(Call call, UploadSession session) throws Refusal {
    Optional<String> header = call.request().fields().find("Content-Range");
    if (header.isEmpty()) {
      return Optional.empty();
    }
    Optional<ByteRange> range = ByteRange.parseChunk(header.get());
    if (range.isEmpty()) {
      throw new Refusal(ErrorCode.BLOB_UPLOAD_INVALID, "The Content-Range is none");
    }
    if (range.get().first() != session.size()) {
      throw new Refusal(
              416, ErrorCode.BLOB_UPLOAD_INVALID, "The upload is at byte " + session.size())
          .with("Location", location(call, session))
          .with("Range", received(session));
    }
    return range;
  }

  private HttpResponse publish(Call call, UploadSession session, Digest digest) throws IOException {
    long size = session.size();
    Digest[] first = new Digest[1];
    try {
      repositories.addBlob(
          call.repository(),
          () -> {
            first[0] = session.publish(digest);
            return UploadSession.blob(digest, size);
          });
    } catch (DigestMismatchException e) {
      throw new Refusal(
          ErrorCode.DIGEST_INVALID, "The blob has the digest " + e.actual() + ", not " + digest);
    }
    if (!digest.equals(first[0])) {
      repositories.deleteForGood(first[0]);
    }
    return created(call, digest);
  }

  private HttpResponse started(Call call, UploadSession session) {
    HttpResponse response =
        HttpResponse.of(202)
            .with("Location", location(call, session))
            .with("Range", "0-0")
            .with("Docker-Upload-UUID", session.id());
    if (options.chunkMinBytes() > 0) {
      response.with("OCI-Chunk-Min-Length", Integer.toString(options.chunkMinBytes()));
    }
    return response;
  }

  private static HttpResponse at(HttpResponse response, Call call, UploadSession session) {
    return response
        .with("Location", location(call, session))
        .with("Range", received(session))
        .with("Docker-Upload-UUID", session.id());
  }

  /** The bytes that have arrived; of none at all the same is said as of one, as others do. */
  private static String received(UploadSession session) {
    return "0-" + Math.max(0, session.size() - 1);
  }

  private static HttpResponse created(Call call, Digest digest) {
    return HttpResponse.of(201)
        .with("Location", call.path("/blobs/" + digest))
        .with("Docker-Content-Digest", digest.toString());
  }

  private static String location(Call call, UploadSession session) {
    return call.path("/blobs/uploads/" + session.id());
  }

  private Refusal tooLarge() {
    return new Refusal(
        413, ErrorCode.SIZE_INVALID, "A blob has at most " + options.blobBytes() + " bytes");
  }
}
