package dev.imbrex.manifest.error;

import java.io.IOException;

/**
 * Thrown when something outside the program (a store, a registry, a file, the content of an image)
 * is not as an operation needs it.
 *
 * <p>It is an {@link IOException}, so that code which already handles streams and files needs no
 * second {@code catch}. The message says what was attempted, on which digest, entry or reference,
 * and what was expected and found; it is fit to be shown without a stack trace and never holds a
 * credential.
 */
public class ImageException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message for people. */
  public ImageException(String message) {
    super(message);
  }

  /** Creates an exception with a message for people and the failure that led to it. */
  public ImageException(String message, Throwable cause) {
    super(message, cause);
  }
}
