package dev.imbrex.dockerfile;

/** Thrown when variables cannot be put into a text: it is malformed, or demands what is not set. */
public class ExpansionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message for people. */
  public ExpansionException(String message) {
    super(message);
  }
}
