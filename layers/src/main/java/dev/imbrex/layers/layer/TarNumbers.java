package dev.imbrex.layers.layer;

/** The numbers of tar headers: octal digits or base-256, and decimal in records (LC-B18). */
final class TarNumbers {
  private static final int BASE_256 = 0x80;
  private static final int NEGATIVE = 0x40;

  private TarNumbers() {}

  /** A field that may be negative, as times may. */
  static long signed(byte[] block, int at, int length, String field) throws TarSyntaxException {
    return (block[at] & BASE_256) == 0
        ? octal(block, at, length, field)
        : base256(block, at, length, field);
  }

  /** A field that may not be negative. */
  static long unsigned(byte[] block, int at, int length, String field) throws TarSyntaxException {
    long value = signed(block, at, length, field);
    if (value < 0) {
      throw new TarSyntaxException("the " + field + " is negative: " + value);
    }
    return value;
  }

  /**
   * Octal digits between blanks and NULs; none at all are zero. What follows a NUL that stands
   * right behind the digits means nothing, as for Go.
   */
  static long octal(byte[] block, int at, int length, String field) throws TarSyntaxException {
    int end = at + length;
    int i = at;
    while (i < end && isBlank(block[i])) {
      i++;
    }
    long value = 0;
    while (i < end && block[i] >= '0' && block[i] <= '7') {
      if (value >>> 60 != 0) {
        throw new TarSyntaxException("the " + field + " is too large");
      }
      value = value << 3 | (block[i] - '0');
      i++;
    }
    boolean isTerminated = i == end || block[i] == 0;
    while (i < end && isBlank(block[i])) {
      i++;
    }
    if (i < end && !isTerminated) {
      throw new TarSyntaxException("the " + field + " is not an octal number");
    }
    return value;
  }

  /** Big-endian two's complement in all bits but the first, which marks the form. */
  private static long base256(byte[] block, int at, int length, String field)
      throws TarSyntaxException {
    int inverted = (block[at] & NEGATIVE) == 0 ? 0 : 0xff;
    long value = (block[at] ^ inverted) & 0x7f;
    for (int i = at + 1; i < at + length; i++) {
      if (value >>> 55 != 0) {
        throw new TarSyntaxException("the " + field + " is too large");
      }
      value = value << 8 | ((block[i] ^ inverted) & 0xff);
    }
    return inverted == 0 ? value : ~value;
  }

  /** One or more decimal digits and nothing else. */
  static long decimal(byte[] text, String field) throws TarSyntaxException {
    return decimal(text, 0, text.length, field);
  }

  static long decimal(byte[] text, int from, int to, String field) throws TarSyntaxException {
    if (from == to) {
      throw new TarSyntaxException("the " + field + " has no digits");
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new TarSyntaxException("the " + field + " is not a decimal number");
      }
      if (value > (Long.MAX_VALUE - digit) / 10) {
        throw new TarSyntaxException("the " + field + " is too large");
      }
      value = 10 * value + digit;
    }
    return value;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == 0;
  }
}
