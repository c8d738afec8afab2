package dev.imbrex.manifest.digest;

import dev.imbrex.manifest.internal.text.Quoted;

/** Thrown when text is not a digest (SN-D1 to SN-D4). */
public final class InvalidDigestException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Why text is not a digest, or not one that can be verified. */
  public enum Reason {
    /** The text does not follow the grammar, or its hex digits are not lower case. */
    MALFORMED,
    /** The algorithm is known, and wants another number of hex digits. */
    WRONG_LENGTH,
    /** The algorithm is not known. */
    UNSUPPORTED
  }

  private final String input;
  private final Reason reason;

  InvalidDigestException(String input, Reason reason, String problem) {
    super("Digest " + Quoted.of(input) + ": " + problem);
    this.input = input;
    this.reason = reason;
  }

  /** The text as it was given. */
  public String input() {
    return input;
  }

  /** Why it is refused. */
  public Reason reason() {
    return reason;
  }
}
