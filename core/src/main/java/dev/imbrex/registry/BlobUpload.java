package dev.imbrex.registry;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.transport.RequestBody;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.util.Optional;

/**
 * Uploads one blob of known digest: in one request, or in chunks where the options, the registry or
 * a broken connection want that (SN-G18 to SN-G20). What it began and does not end it takes back.
 */
final class BlobUpload {
  private static final int TOO_LARGE = 413;

  private final RepositoryAccess repository;
  private final Descriptor content;

  BlobUpload(RepositoryAccess repository, Descriptor content) {
    this.repository = repository;
    this.content = content;
  }

  /**
   * Uploads, or lets the registry take the blob from another repository of its own.
   *
   * @param mountFrom the path of a repository that may have it
   * @return whether nothing had to be sent
   */
  boolean run(UploadSource source, Optional<String> mountFrom) throws IOException {
    Optional<UploadSession> begun = UploadSession.begin(repository, content.digest(), mountFrom);
    if (begun.isEmpty()) {
      return true;
    }
    UploadSession session = begun.get();
    boolean chunked = repository.host().hostOptions().chunked() && content.size() > 0;
    Repeats repeats = repository.host().repeats();
    while (true) {
      try {
        if (chunked) {
          sendChunks(session, source);
        } else {
          sendWhole(session, source);
        }
        return false;
      } catch (RegistryException e) {
        if (!source.isRepeatable()) {
          throw e;
        }
        boolean tooLarge = e.status() == TOO_LARGE && !chunked;
        if (!tooLarge) {
          repeats.awaitNext(e);
        }
        // Whatever broke, a small piece gets through more easily, and need not be sent twice.
        chunked = content.size() > 0;
        session = UploadSession.begin(repository, content.digest(), Optional.empty()).orElseThrow();
      }
    }
  }

  private void sendWhole(UploadSession session, UploadSource source) throws IOException {
    RequestBody body =
        source.isRepeatable()
            ? RequestBody.of(content.size(), source::open)
            : new RequestBody(content.size(), source::open, false);
    boolean done = false;
    try {
      session.finish(content.digest(), Optional.of(body));
      done = true;
    } finally {
      if (!done) {
        session.abort();
      }
    }
  }

  private void sendChunks(UploadSession session, UploadSource source) throws IOException {
    ChunkedUpload upload = new ChunkedUpload(session, repository.host());
    boolean done = false;
    try (InputStream in = source.open()) {
      upload.sendAll(in);
      upload.finish(content.digest());
      done = true;
    } finally {
      if (!done) {
        session.abort();
      }
    }
  }

  /** Checks that an answer is not about other content. */
  static void requireDigest(Answer answer, Digest digest, String what)
      throws DigestMismatchException {
    Optional<String> told = answer.header("Docker-Content-Digest");
    if (told.isEmpty()) {
      return;
    }
    try {
      Digest found = Digest.parse(told.get());
      // One by another algorithm may well be of the same bytes.
      if (!found.algorithm().equals(digest.algorithm()) || found.equals(digest)) {
        return;
      }
    } catch (InvalidDigestException e) {
      throw new DigestMismatchException(what, digest.toString(), "no digest (" + e.reason() + ")");
    }
    throw new DigestMismatchException(what, digest.toString(), told.get());
  }

  /** A URL with one more part of a query; what it has stays as it is. */
  static URI withQuery(URI uri, String part) {
    String text = uri.toString();
    int fragment = text.indexOf('#');
    String plain = fragment < 0 ? text : text.substring(0, fragment);
    char join = plain.indexOf('?') < 0 ? '?' : '&';
    return URI.create(plain + join + part);
  }
}
