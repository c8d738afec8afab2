package dev.imbrex.manifest.internal.text;

/** Tells which characters can be shown to people as they are. */
public final class Visible {
  private Visible() {}

  /**
   * Whether a character shows itself and does nothing else. Control characters do not, nor do
   * format characters, which can turn the direction of the text around them, separators of lines,
   * halves of a pair, and what nobody has assigned.
   *
   * @param character a code point, or a unit of UTF-16, of which halves of a pair are not visible
   */
  public static boolean test(int character) {
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
