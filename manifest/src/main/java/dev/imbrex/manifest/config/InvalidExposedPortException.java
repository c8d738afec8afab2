package dev.imbrex.manifest.config;

/** Thrown when text is not a port key (SN-C4). */
public final class InvalidExposedPortException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String input;

  InvalidExposedPortException(String input, String message) {
    super(message);
    this.input = input;
  }

  /** The text as it was given. */
  public String input() {
    return input;
  }
}
