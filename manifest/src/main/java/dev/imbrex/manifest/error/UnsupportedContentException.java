package dev.imbrex.manifest.error;

/**
 * Thrown when content is well formed, or may be, but of a kind this operation cannot work with: a
 * retired manifest version, an unknown digest algorithm or config type, a compression whose library
 * is not there.
 */
public class UnsupportedContentException extends ImageException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception that names the content, its kind, and what can be done. */
  public UnsupportedContentException(String message) {
    super(message);
  }

  /** Creates an exception as above, with the failure that led to it. */
  public UnsupportedContentException(String message, Throwable cause) {
    super(message, cause);
  }
}
