package dev.imbrex.registry.server;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.registry.internal.http.HttpResponse;
import dev.imbrex.registry.internal.wire.ByteRange;
import dev.imbrex.registry.internal.wire.ContentRange;
import dev.imbrex.registry.internal.wire.ErrorCode;
import dev.imbrex.registry.internal.wire.RequestedRange;
import java.io.IOException;
import java.util.Optional;

/** Blobs (OCI distribution-spec 1.1, "Pulling blobs", "Deleting Blobs"; SN-T10, SN-T13). */
final class BlobEndpoint {
  private static final String TYPE = "application/octet-stream";

  private final Repositories repositories;
  private final RegistryServerOptions options;

  BlobEndpoint(Repositories repositories, RegistryServerOptions options) {
    this.repositories = repositories;
    this.options = options;
  }

  HttpResponse get(Call call) throws IOException {
    Descriptor blob = require(call);
    Optional<RequestedRange> wanted = wantedRange(call, blob.digest());
    if (wanted.isPresent() && !call.isHead()) {
      return part(blob, wanted.get());
    }
    HttpResponse response = about(200, blob.digest());
    return call.isHead()
        ? response.withLength(TYPE, blob.size())
        : response.withBody(TYPE, repositories.storage().open(blob), blob.size());
  }

  HttpResponse delete(Call call) throws IOException {
    Endpoints.requireDeletable(options, RegistryServerOptions.Deletable.BLOB);
    if (!repositories.deleteBlob(call.repository(), Call.digest(call.route().argument()))) {
      throw unknown(call);
    }
    return HttpResponse.of(202);
  }

  private HttpResponse part(Descriptor blob, RequestedRange wanted) throws IOException {
    Optional<ByteRange> range = wanted.within(blob.size());
    if (range.isEmpty()) {
      throw new Refusal(ErrorCode.RANGE_INVALID, "The blob has " + blob.size() + " bytes")
          .with("Content-Range", ContentRange.unsatisfied(blob.size()).toString());
    }
    long length = range.get().length();
    return about(206, blob.digest())
        .with("Content-Range", ContentRange.of(range.get(), blob.size()).toString())
        .withBody(TYPE, repositories.storage().open(blob, range.get().first(), length), length);
  }

  private static HttpResponse about(int status, Digest digest) {
    return HttpResponse.of(status)
        .with("Docker-Content-Digest", digest.toString())
        .with("ETag", ManifestEndpoint.etag(digest))
        .with("Accept-Ranges", "bytes");
  }

  /** The range, unless it is wanted of other content only (RFC 9110, section 13.1.5). */
  private static Optional<RequestedRange> wantedRange(Call call, Digest digest) {
    Optional<String> condition = call.request().fields().find("If-Range");
    boolean applies = condition.isEmpty() || condition.get().equals(ManifestEndpoint.etag(digest));
    return applies
        ? call.request().fields().find("Range").flatMap(RequestedRange::parse)
        : Optional.empty();
  }

  private Descriptor require(Call call) throws IOException {
    return repositories
        .blob(call.repository(), Call.digest(call.route().argument()))
        .orElseThrow(() -> unknown(call));
  }

  private static Refusal unknown(Call call) {
    return new Refusal(
        ErrorCode.BLOB_UNKNOWN,
        "There is no blob " + call.route().argument() + " in " + call.route().repository());
  }
}
