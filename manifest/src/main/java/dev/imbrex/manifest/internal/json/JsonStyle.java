package dev.imbrex.manifest.internal.json;

/** How strings are printed (SN-D11). */
public enum JsonStyle {
  /** Only what JSON demands is escaped. */
  PLAIN(""),
  /**
   * As Docker's encoder prints: characters that mean something in HTML, and the two line separators
   * of Unicode, are escaped as well. For documents that must be equal to Docker's byte by byte.
   */
  DOCKER("<>&\u2028\u2029");

  private final String escaped;

  JsonStyle(String escaped) {
    this.escaped = escaped;
  }

  boolean escapes(char c) {
    return escaped.indexOf(c) >= 0;
  }
}
