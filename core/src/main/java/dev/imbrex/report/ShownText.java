package dev.imbrex.report;

import java.util.Locale;

/**
 * Text from an image, made fit for eyes: what cannot be seen, or steers what is around it, stands
 * as its number, in braces after a backslash and a u. Lines and tabs stay.
 */
final class ShownText {
  private ShownText() {}

  static String of(String text) {
    if (text.codePoints().allMatch(ShownText::isShown)) {
      return text;
    }
    StringBuilder shown = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(
            c -> {
              if (isShown(c)) {
                shown.appendCodePoint(c);
              } else {
                shown.append(String.format(Locale.ROOT, "\\u{%04x}", c));
              }
            });
    return shown.toString();
  }

  private static boolean isShown(int character) {
    if (character == '\n' || character == '\t') {
      return true;
    }
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.SURROGATE ->
          false;
      default -> true;
    };
  }
}
