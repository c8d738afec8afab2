package dev.imbrex.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.registry.internal.auth.Scopes;
import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.transport.RequestBody;
import dev.imbrex.registry.internal.wire.AccessScope;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The calls of the protocol about one repository at one host. Safe for use by many threads. */
final class RepositoryAccess {
  private static final String DIGEST = "Docker-Content-Digest";
  private static final String ACCEPTED =
      String.join(
          ", ",
          MediaType.OCI_IMAGE_INDEX.toString(),
          MediaType.DOCKER_MANIFEST_LIST.toString(),
          MediaType.OCI_IMAGE_MANIFEST.toString(),
          MediaType.DOCKER_MANIFEST.toString());

  private final RegistryHost host;
  private final String path;
  private final Optional<String> namedSource;

  /**
   * For a repository.
   *
   * @param path its path at the host
   * @param namedSource what {@code ns=} tells a mirror
   */
  RepositoryAccess(RegistryHost host, String path, Optional<String> namedSource) {
    this.host = host;
    this.path = path;
    this.namedSource = namedSource;
  }

  RegistryHost host() {
    return host;
  }

  String path() {
    return path;
  }

  Scopes pull() {
    return Scopes.of(AccessScope.repository(path, "pull"));
  }

  Scopes push() {
    return Scopes.of(AccessScope.repository(path, "pull", "push"));
  }

  Scopes delete() {
    return Scopes.of(AccessScope.repository(path, "delete"));
  }

  /** What a HEAD says about a manifest; what it does not say is empty. */
  record Head(
      Optional<String> contentType,
      Optional<Digest> digest,
      OptionalLong size,
      Optional<String> etag) {}

  /** A manifest as it came, its digest verified where there was one to compare with. */
  static final class Fetched {
    private final byte[] bytes;
    private final Optional<String> contentType;
    private final Digest digest;
    private final Optional<String> etag;

    Fetched(byte[] bytes, Optional<String> contentType, Digest digest, Optional<String> etag) {
      this.bytes = bytes;
      this.contentType = contentType;
      this.digest = digest;
      this.etag = etag;
    }

    /** The bytes, which nobody changes. */
    byte[] bytes() {
      return bytes;
    }

    Optional<String> contentType() {
      return contentType;
    }

    Digest digest() {
      return digest;
    }

    Optional<String> etag() {
      return etag;
    }
  }

  /** Asks about a manifest by tag or digest; empty if there is none. */
  Optional<Head> headManifest(String reference) throws IOException {
    RegistryCall call = manifestCall("HEAD", reference, pull(), null).accepting(404);
    try (Answer answer = host.call(call, path)) {
      return answer.status() == 404
          ? Optional.empty()
          : Optional.of(
              new Head(
                  answer.header("Content-Type"),
                  digestOf(call, answer),
                  answer.contentLength(),
                  answer.header("ETag")));
    }
  }

  /** Fetches a manifest by tag; empty if there is none. */
  Optional<Fetched> getManifestByTag(String tag) throws IOException {
    return getManifest(tag, null, null);
  }

  /** Fetches a manifest by digest, and verifies it; empty if there is none. */
  Optional<Fetched> getManifest(Digest digest, @Nullable MediaType type) throws IOException {
    return getManifest(digest.toString(), digest, type);
  }

  private Optional<Fetched> getManifest(
      String reference, @Nullable Digest wanted, @Nullable MediaType type) throws IOException {
    RegistryCall call = manifestCall("GET", reference, pull(), type).accepting(404);
    Repeats repeats = host.repeats();
    while (true) {
      Answer answer = host.call(call, path);
      if (answer.status() == 404) {
        answer.discard();
        return Optional.empty();
      }
      try (answer) {
        byte[] bytes = bytes(call, answer, host.options().limits().manifestBytes());
        Optional<Digest> told = wanted == null ? digestOf(call, answer) : Optional.of(wanted);
        Digest found = verified(bytes, told, "Manifest " + path + " " + reference);
        return Optional.of(
            new Fetched(bytes, answer.header("Content-Type"), found, answer.header("ETag")));
      } catch (RegistryException e) {
        repeats.awaitNext(e);
      }
    }
  }

  /** The whole body of an answer. */
  static byte[] bytes(RegistryCall call, Answer answer, int limit) throws IOException {
    byte[] bytes;
    try {
      bytes = answer.bytes(limit == Integer.MAX_VALUE ? limit : limit + 1);
    } catch (InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      throw Exchanges.broken(Attempted.of(call.method(), answer.uri()), e);
    }
    if (bytes.length > limit) {
      throw new LimitExceededException(
          "Answer to " + Attempted.of(call.method(), answer.uri()), "manifestBytes", limit);
    }
    return bytes;
  }

  /** A digest is verified by its own algorithm; one of an unknown algorithm says nothing. */
  private static Digest verified(byte[] bytes, Optional<Digest> told, String what)
      throws DigestMismatchException {
    if (told.isEmpty() || told.get().findAlgorithm().isEmpty()) {
      return Digest.sha256(bytes);
    }
    Digest found = Digest.of(told.get().requireAlgorithm(), bytes);
    if (!found.equals(told.get())) {
      throw new DigestMismatchException(what, told.get().toString(), found.toString());
    }
    return found;
  }

  /** What became of a manifest that was put. */
  record Put(boolean tookSubject, List<String> tags) {}

  /**
   * Puts a manifest, as it is.
   *
   * @param reference a tag or the digest
   * @param tags more tags, which not every registry sets (SN-G22)
   * @param condition a header that makes the registry refuse if a tag moved meanwhile; a registry
   *     that does not know it puts in any case
   * @return empty if the condition did not hold
   */
  Optional<Put> putManifest(
      String reference,
      byte[] bytes,
      MediaType type,
      List<String> tags,
      Optional<Map.Entry<String, String>> condition)
      throws IOException {
    List<String> query = tags.stream().map(tag -> "tag=" + encoded(tag)).toList();
    RegistryCall call =
        RegistryCall.of(
                "PUT",
                path
                    + "/manifests/"
                    + reference
                    + (query.isEmpty() ? "" : "?" + String.join("&", query)),
                push())
            .with("Content-Type", type.toString())
            .with(RequestBody.of(bytes));
    if (condition.isPresent()) {
      call = call.with(condition.get().getKey(), condition.get().getValue()).accepting(412);
    }
    try (Answer answer = host.call(call, path)) {
      if (answer.status() == 412) {
        return Optional.empty();
      }
      Optional<Digest> told = digestOf(call, answer);
      if (told.isPresent()) {
        verified(bytes, told, "Manifest that " + host.host() + "/" + path + " took");
      }
      List<String> taken = new ArrayList<>();
      for (String header : answer.headers("OCI-Tag")) {
        for (String tag : header.split(",", -1)) {
          taken.add(tag.strip());
        }
      }
      return Optional.of(new Put(answer.header("OCI-Subject").isPresent(), taken));
    }
  }

  /** Deletes a manifest; false if there was none. */
  boolean deleteManifest(Digest digest) throws IOException {
    return delete(path + "/manifests/" + digest);
  }

  /**
   * Deletes a tag; false if there was none.
   *
   * @throws RegistryException of kind {@code UNSUPPORTED} if the registry takes digests only
   */
  boolean deleteTag(String tag) throws IOException {
    try {
      return delete(path + "/manifests/" + tag);
    } catch (RegistryException e) {
      if (e.status() == 400 || e.status() == 405) {
        throw e.as(RegistryException.Kind.UNSUPPORTED);
      }
      throw e;
    }
  }

  /** Deletes a blob; false if there was none. */
  boolean deleteBlob(Digest digest) throws IOException {
    return delete(path + "/blobs/" + digest);
  }

  private boolean delete(String what) throws IOException {
    RegistryCall call = RegistryCall.of("DELETE", what, delete()).accepting(404);
    try (Answer answer = host.call(call, path)) {
      return answer.status() != 404;
    }
  }

  /**
   * Whether there is a blob, and of which size if that is told. An answer with neither size nor
   * digest tells nothing, and counts as none: to send what is there does no harm (SN-G15).
   */
  Optional<OptionalLong> headBlob(Digest digest, Scopes scopes) throws IOException {
    RegistryCall call =
        RegistryCall.of("HEAD", path + "/blobs/" + digest + source(), scopes).accepting(404);
    try (Answer answer = host.call(call, path)) {
      boolean told =
          answer.contentLength().isPresent()
              || answer.header(DIGEST).filter(digest.toString()::equals).isPresent();
      return answer.status() == 200 && told
          ? Optional.of(answer.contentLength())
          : Optional.empty();
    }
  }

  /** Begins to read a blob; the answer may be 404, too. */
  Answer getBlob(Digest digest, Optional<String> range, Optional<String> etag, boolean once)
      throws IOException {
    RegistryCall call =
        RegistryCall.of("GET", path + "/blobs/" + digest + source(), pull())
            .with("Accept-Encoding", "identity")
            .accepting(404, 416);
    if (range.isPresent()) {
      call = call.with("Range", range.get());
      if (etag.isPresent()) {
        call = call.with("If-Range", etag.get());
      }
    }
    return once ? host.callOnce(call, path) : host.call(call, path);
  }

  private RegistryCall manifestCall(
      String method, String reference, Scopes scopes, @Nullable MediaType type) {
    boolean listed = type == null || type.isManifest();
    return RegistryCall.of(method, path + "/manifests/" + reference + source(), scopes)
        .with("Accept", listed ? ACCEPTED : type + ", " + ACCEPTED);
  }

  private String source() {
    return namedSource.map(source -> "?ns=" + encoded(source)).orElse("");
  }

  private static Optional<Digest> digestOf(RegistryCall call, Answer answer)
      throws RegistryException {
    Optional<String> text = answer.header(DIGEST);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Digest.parse(text.get()));
    } catch (InvalidDigestException e) {
      throw Refusals.protocol(
          Attempted.of(call.method(), answer.uri()),
          "its " + DIGEST + " is no digest (" + e.reason() + ")");
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8).replace("+", "%20").replace("%2F", "/");
  }

  /** Host and path. */
  @Override
  public String toString() {
    return host.host() + "/" + path;
  }
}
