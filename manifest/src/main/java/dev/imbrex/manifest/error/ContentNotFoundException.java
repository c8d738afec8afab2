package dev.imbrex.manifest.error;

/** Thrown when a name, digest or path was looked up and is not there. */
public class ContentNotFoundException extends ImageException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception that says what was looked up, and where. */
  public ContentNotFoundException(String message) {
    super(message);
  }

  /** Creates an exception that says what was looked up, and where, with the failure behind it. */
  public ContentNotFoundException(String message, Throwable cause) {
    super(message, cause);
  }
}
