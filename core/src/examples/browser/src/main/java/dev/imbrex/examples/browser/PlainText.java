package dev.imbrex.examples.browser;

import javax.swing.JComponent;

/**
 * Keeps Swing from taking a text that begins as HTML for HTML: names of files and of images may
 * hold anything, and HTML can fetch pictures from elsewhere.
 */
final class PlainText {
  private PlainText() {}

  /** Lets a component show texts as they are. */
  static void only(JComponent component) {
    component.putClientProperty("html.disable", Boolean.TRUE);
  }
}
