package dev.imbrex.manifest.internal.json;

import dev.imbrex.manifest.internal.text.Visible;

/** Prepares text from a document for a message: no control characters, and not too much of it. */
public final class Excerpt {
  private static final int LENGTH = 100;

  private Excerpt() {}

  /** The text in quotes, cut after a hundred characters. */
  public static String quoted(String text) {
    return '"' + of(text) + '"';
  }

  /** The text, cut after a hundred characters. */
  public static String of(String text) {
    StringBuilder shown = new StringBuilder();
    for (int i = 0; i < Math.min(text.length(), LENGTH); i++) {
      append(text.charAt(i), shown);
    }
    return text.length() <= LENGTH ? shown.toString() : shown.append('…').toString();
  }

  private static void append(char c, StringBuilder shown) {
    // Surrogates are spelled out too: a pair may be cut, and a single one cannot be printed.
    if (Visible.test(c)) {
      shown.append(c);
    } else {
      shown.append(String.format("\\u%04x", (int) c));
    }
  }
}
