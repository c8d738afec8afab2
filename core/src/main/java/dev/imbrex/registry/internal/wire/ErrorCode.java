package dev.imbrex.registry.internal.wire;

import java.util.Optional;

/**
 * The codes in an error answer (OCI distribution-spec 1.1, "Error Codes"; and those that Docker's
 * registry adds). Their names are the text on the wire.
 */
public enum ErrorCode {
  /** A blob is not known to the repository. */
  BLOB_UNKNOWN(404),
  /** An upload cannot go on like this. */
  BLOB_UPLOAD_INVALID(400),
  /** An upload is not known, or not any more. */
  BLOB_UPLOAD_UNKNOWN(404),
  /** Content has not the digest that was given, or the digest is none. */
  DIGEST_INVALID(400),
  /** A manifest refers to a blob that the repository does not know. */
  MANIFEST_BLOB_UNKNOWN(400),
  /** A manifest is not well formed. */
  MANIFEST_INVALID(400),
  /** A manifest is not known to the repository. */
  MANIFEST_UNKNOWN(404),
  /** A name of a repository does not follow the grammar. */
  NAME_INVALID(400),
  /** A repository is not known. */
  NAME_UNKNOWN(404),
  /** Content has not the length that was given, or is too large. */
  SIZE_INVALID(400),
  /** A tag does not follow the grammar. */
  TAG_INVALID(400),
  /** A range does not fit what is there. */
  RANGE_INVALID(416),
  /** The number of entries asked for is none. */
  PAGINATION_NUMBER_INVALID(400),
  /** Who asks must say who they are. */
  UNAUTHORIZED(401),
  /** Who asks may not do this. */
  DENIED(403),
  /** The operation is not supported. */
  UNSUPPORTED(405),
  /** There were too many requests. */
  TOOMANYREQUESTS(429),
  /** The service is not available now. */
  UNAVAILABLE(503),
  /** Something else went wrong. */
  UNKNOWN(500);

  private final int status;

  ErrorCode(int status) {
    this.status = status;
  }

  /** The HTTP status that goes with it, where nothing else says one. */
  public int status() {
    return status;
  }

  /** The code of this text, if it is a known one. */
  public static Optional<ErrorCode> find(String text) {
    for (ErrorCode code : values()) {
      if (code.name().equals(text)) {
        return Optional.of(code);
      }
    }
    return Optional.empty();
  }
}
