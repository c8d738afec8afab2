package dev.imbrex.platform;

/** Thrown when text is not a platform specifier (SN-P1, SN-P2). */
public final class InvalidPlatformException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private static final int LONGEST_QUOTE = 200;

  /** Why text is not a platform specifier. */
  public enum Reason {
    /** There is no text, or nothing between, before or after two slashes. */
    EMPTY_PART,
    /** There are more than three parts. */
    TOO_MANY_PARTS,
    /** A {@code *} stands somewhere; specifiers know no wildcards. */
    WILDCARD,
    /** A character that its part does not allow. */
    INVALID_CHARACTER,
    /** The parenthesis after the operating system is not closed, or not the end of its part. */
    MALFORMED_OPTIONS,
    /** A percent sign without two hex digits, or encoded bytes that are not UTF-8. */
    MALFORMED_ENCODING,
    /** The only part is neither a known operating system nor a known architecture. */
    UNKNOWN_WORD,
    /** There is one part, and no host to complete it. */
    HOST_NEEDED
  }

  private final String input;
  private final Reason reason;

  InvalidPlatformException(String input, Reason reason, String problem) {
    super("Platform " + quote(input) + ": " + problem);
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

  /** Messages reach logs: one line, of bounded length, whatever the input was. */
  private static String quote(String input) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < Math.min(input.length(), LONGEST_QUOTE); i++) {
      char c = input.charAt(i);
      quoted.append(c < ' ' || c > '~' ? String.format("\\u%04x", (int) c) : String.valueOf(c));
    }
    return quoted.append(input.length() > LONGEST_QUOTE ? "\"…" : "\"").toString();
  }
}
