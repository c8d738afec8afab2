package dev.imbrex.registry.server;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.registry.internal.http.HttpRequest;
import dev.imbrex.registry.internal.wire.ErrorCode;
import java.util.Optional;

/**
 * A request to an endpoint of a repository, let in.
 *
 * @param request the request
 * @param route where it goes
 * @param query its parameters
 * @param repository the repository
 * @param caller who sent it
 */
record Call(
    HttpRequest request, Route route, Parameters query, RepositoryName repository, Caller caller) {
  /** A path below the repository, named as the client named it. */
  String path(String rest) {
    return "/v2/" + route.repository() + rest;
  }

  boolean isHead() {
    return request.method().equals("HEAD");
  }

  /**
   * Reads a digest.
   *
   * @throws Refusal with DIGEST_INVALID if it is none
   */
  static Digest digest(String text) throws Refusal {
    try {
      return Digest.parse(text);
    } catch (InvalidDigestException e) {
      throw new Refusal(ErrorCode.DIGEST_INVALID, message(e));
    }
  }

  /**
   * Reads a digest content can be verified with.
   *
   * @throws Refusal with DIGEST_INVALID if it is none
   */
  static Digest verifiable(String text) throws Refusal {
    try {
      Digest digest = Digest.parse(text);
      digest.requireAlgorithm();
      return digest;
    } catch (InvalidDigestException e) {
      throw new Refusal(ErrorCode.DIGEST_INVALID, message(e));
    }
  }

  /** The digest of a parameter that must be there. */
  Digest requiredDigest() throws Refusal {
    Optional<String> text = query.find("digest");
    if (text.isEmpty()) {
      throw new Refusal(ErrorCode.DIGEST_INVALID, "The parameter \"digest\" is missing");
    }
    return verifiable(text.get());
  }

  private static String message(InvalidDigestException e) {
    return String.valueOf(e.getMessage());
  }
}
