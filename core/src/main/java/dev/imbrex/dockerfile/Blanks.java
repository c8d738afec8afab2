package dev.imbrex.dockerfile;

/** What separates words. */
final class Blanks {
  private static final char NEXT_LINE = '\u0085';

  private Blanks() {}

  /** Whether a character is white space, as Unicode has it. */
  static boolean isBlank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r') || c == NEXT_LINE || Character.isSpaceChar(c);
  }

  /** The index of the first character from here on that is no blank, or the length. */
  static int skip(CharSequence text, int from) {
    int i = from;
    while (i < text.length() && isBlank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** The index of the first blank from here on, or the length. */
  static int find(CharSequence text, int from) {
    int i = from;
    while (i < text.length() && !isBlank(text.charAt(i))) {
      i++;
    }
    return i;
  }

  static String trim(String text) {
    int start = skip(text, 0);
    int end = text.length();
    while (end > start && isBlank(text.charAt(end - 1))) {
      end--;
    }
    return text.substring(start, end);
  }
}
