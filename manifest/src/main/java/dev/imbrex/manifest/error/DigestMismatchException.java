package dev.imbrex.manifest.error;

/**
 * Thrown when content does not have the digest or the size its descriptor promises. Whatever was
 * read before is not to be trusted.
 */
public class DigestMismatchException extends ImageException {
  private static final long serialVersionUID = 1L;

  private final String expected;
  private final String actual;

  /**
   * Creates an exception about one piece of content.
   *
   * @param what the content, as a message names it: {@code "layer 3 of app:1"}
   * @param expected the digest or size that was promised
   * @param actual the digest or size that was found
   */
  public DigestMismatchException(String what, String expected, String actual) {
    super(what + ": expected " + expected + ", found " + actual);
    this.expected = expected;
    this.actual = actual;
  }

  /** The digest or size that was promised. */
  public String expected() {
    return expected;
  }

  /** The digest or size that was found. */
  public String actual() {
    return actual;
  }
}
