package dev.imbrex.report;

import dev.imbrex.manifest.internal.text.Visible;
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
    return character == '\n' || character == '\t' || Visible.test(character);
  }
}
