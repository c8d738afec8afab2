package dev.imbrex.manifest.internal.text;

/** Makes text from outside fit for a one-line message. */
public final class Quoted {
  /** Longer text is cut here; the longest reference that can be valid is not much longer. */
  private static final int SHOWN = 512;

  private Quoted() {}

  /**
   * The text between double quotes. Whatever could break a line, move a terminal's cursor or turn
   * the writing direction is shown by its number, and text of more than 512 characters is cut.
   */
  public static String of(String text) {
    int shown = Math.min(text.length(), SHOWN);
    StringBuilder quoted = new StringBuilder(shown + 2).append('"');
    for (int i = 0; i < shown; i++) {
      append(quoted, text.charAt(i));
    }
    if (shown < text.length()) {
      quoted.append("… (").append(text.length()).append(" characters)");
    }
    return quoted.append('"').toString();
  }

  private static void append(StringBuilder quoted, char c) {
    boolean plainAscii = c >= ' ' && c <= '~' && c != '"' && c != '\\';
    if (plainAscii || (c > '~' && Character.isLetterOrDigit(c))) {
      quoted.append(c);
    } else if (c == '"' || c == '\\') {
      quoted.append('\\').append(c);
    } else {
      quoted.append(String.format("\\u%04x", (int) c));
    }
  }
}
