package dev.imbrex.manifest.reference;

import dev.imbrex.manifest.internal.text.Quoted;
import org.jspecify.annotations.Nullable;

/** Thrown when text is not a reference, or not a part of one (SN-R17). */
public final class InvalidReferenceException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  /** Why text is not a reference. */
  public enum Reason {
    /** There is no text. */
    EMPTY,
    /** The domain or the path does not follow the grammar (SN-R1 to SN-R3). */
    INVALID_FORMAT,
    /** The path has an upper-case letter (SN-R10). */
    UPPER_CASE,
    /** The path has more than 255 characters (SN-R6). */
    TOO_LONG,
    /** The whole text is 64 hex digits and would be taken for an image id (SN-R11). */
    IMAGE_ID,
    /** The text is a reference, but not written in full (SN-R15). */
    NOT_CANONICAL,
    /** The tag does not follow the grammar (SN-R4). */
    INVALID_TAG,
    /** The digest does not follow the grammar, or its hex digits are not lower case (SN-R5). */
    INVALID_DIGEST,
    /** The digest is well formed, but of an algorithm that content cannot be verified with. */
    UNSUPPORTED_DIGEST,
    /** The digest has not the number of hex digits its algorithm wants. */
    WRONG_DIGEST_LENGTH,
    /** A pattern for references is not well formed (SN-R16). */
    INVALID_PATTERN
  }

  private final String input;
  private final Reason reason;

  InvalidReferenceException(String input, Reason reason, String problem) {
    this(input, reason, problem, null);
  }

  InvalidReferenceException(
      String input, Reason reason, String problem, @Nullable Throwable cause) {
    super(message(input, reason, problem), cause);
    this.input = input;
    this.reason = reason;
  }

  /** The whole text as it was given. */
  public String input() {
    return input;
  }

  /** Why it is refused. */
  public Reason reason() {
    return reason;
  }

  private static String message(String input, Reason reason, String problem) {
    String what = reason == Reason.INVALID_PATTERN ? "Reference pattern " : "Reference ";
    return what + Quoted.of(withoutCredentials(input)) + ": " + problem;
  }

  /** Hides the user part of a URL that was given instead of a reference. */
  private static String withoutCredentials(String input) {
    int authority = input.indexOf("://") + 3;
    int at = input.lastIndexOf('@');
    return authority > 2 && at >= authority
        ? input.substring(0, authority) + "***" + input.substring(at)
        : input;
  }
}
