package dev.imbrex.registry;

import dev.imbrex.manifest.error.ImageException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Thrown when a registry, or a service it sent us to, refuses a request or does not answer it as
 * the protocol wants (SN-G32). Message and parts hold no credential, no token and no signed query.
 */
public class RegistryException extends ImageException {
  private static final long serialVersionUID = 1L;

  /** What went wrong, for programs. */
  public enum Kind {
    /** There was no answer: no connection, it broke, or it took too long. */
    CONNECTION,
    /** Whoever asks is not known, or did not say who it is. */
    UNAUTHORIZED,
    /** Whoever asks is known, and may not. */
    DENIED,
    /** There is no such repository, manifest, blob or upload. */
    NOT_FOUND,
    /** A manifest names content the registry does not have. */
    MANIFEST_BLOB_UNKNOWN,
    /** There were too many requests. */
    TOO_MANY_REQUESTS,
    /** The registry does not do this. */
    UNSUPPORTED,
    /** The registry could not do it now. */
    UNAVAILABLE,
    /** The answer breaks the protocol. */
    PROTOCOL,
    /** We do not do what the registry wants: it would be unsafe. */
    REFUSED,
    /** Something else. */
    OTHER
  }

  private final Kind kind;
  private final int status;

  @SuppressWarnings("serial") // the lists of List.copyOf are serialisable
  private final List<RegistryError> errors;

  private final String method;
  private final String url;
  private final @Nullable Duration retryAfter;

  RegistryException(
      Kind kind,
      Attempted attempted,
      String problem,
      int status,
      List<RegistryError> errors,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    this(
        kind,
        attempted.method(),
        attempted.url(),
        attempted + ": " + problem,
        status,
        errors,
        retryAfter,
        cause);
  }

  private RegistryException(
      Kind kind,
      String method,
      String url,
      String message,
      int status,
      List<RegistryError> errors,
      @Nullable Duration retryAfter,
      @Nullable Throwable cause) {
    super(message);
    if (cause != null) {
      initCause(cause);
    }
    this.kind = kind;
    this.status = status;
    this.errors = List.copyOf(errors);
    this.method = method;
    this.url = url;
    this.retryAfter = retryAfter;
  }

  RegistryException(Kind kind, Attempted attempted, String problem) {
    this(kind, attempted, problem, 0, List.of(), null, null);
  }

  /** The same failure, for another thread that waited for the same. */
  RegistryException again() {
    return as(kind);
  }

  /** The same failure, understood in another way. */
  RegistryException as(Kind kind) {
    return new RegistryException(
        kind, method, url, String.valueOf(getMessage()), status, errors, retryAfter, this);
  }

  /** What went wrong. */
  public Kind kind() {
    return kind;
  }

  /** The HTTP status of the answer; 0 if there was none, or it is not about the status. */
  public int status() {
    return status;
  }

  /** The codes the registry gave, {@code BLOB_UNKNOWN} for example, in its order. */
  public List<String> codes() {
    return errors.stream().map(RegistryError::code).toList();
  }

  /** What the registry said, in its order. */
  public List<RegistryError> errors() {
    return errors;
  }

  /** The method of the request. */
  public String method() {
    return method;
  }

  /** The URL of the request, without user and with harmless parts of its query only. */
  public String url() {
    return url;
  }

  /** How long the registry asks to be left alone. */
  public Optional<Duration> retryAfter() {
    return Optional.ofNullable(retryAfter);
  }

  /** Whether the same request may well succeed later. */
  public boolean isTransient() {
    return kind == Kind.CONNECTION || kind == Kind.TOO_MANY_REQUESTS || kind == Kind.UNAVAILABLE;
  }
}
