package dev.imbrex.registry.internal.wire;

/** Reads the numbers of headers: ASCII digits alone, no sign. */
final class Decimals {
  private static final int MAX_DIGITS = 18;

  private Decimals() {}

  /** The number, or −1 if the text is none or has more than 18 digits. */
  static long parse(String text) {
    if (text.isEmpty() || text.length() > MAX_DIGITS) {
      return -1;
    }
    long value = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }
}
