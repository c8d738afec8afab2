package dev.imbrex.manifest.document;

import dev.imbrex.manifest.internal.json.Excerpt;

/** Thrown when text is not a media type (SN-D9). */
public final class InvalidMediaTypeException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String input;

  InvalidMediaTypeException(String input) {
    super("Not a media type of the form type/subtype: " + Excerpt.quoted(input));
    this.input = input;
  }

  /** The text as it was given. */
  public String input() {
    return input;
  }
}
