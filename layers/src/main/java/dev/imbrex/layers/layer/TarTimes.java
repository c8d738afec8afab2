package dev.imbrex.layers.layer;

import java.time.Instant;

/** Times as decimal numbers of seconds (LC-A47, LC-A48, LC-B20). */
final class TarTimes {
  private static final int NANO_DIGITS = 9;
  private static final int NANOS = 1_000_000_000;

  private TarTimes() {}

  /** The true number, with no more digits than it needs. */
  static String print(Instant time) {
    long seconds = time.getEpochSecond();
    int nanos = time.getNano();
    boolean isNegative = seconds < 0;
    if (isNegative && nanos > 0) {
      seconds++;
      nanos = NANOS - nanos;
    }
    StringBuilder text = new StringBuilder();
    if (isNegative && seconds == 0) {
      text.append('-');
    }
    text.append(seconds);
    if (nanos > 0) {
      text.append('.');
      String digits = Integer.toString(NANOS + nanos).substring(1);
      int length = digits.length();
      while (digits.charAt(length - 1) == '0') {
        length--;
      }
      text.append(digits, 0, length);
    }
    return text.toString();
  }

  /**
   * The time that bytes name: an optional sign, digits, and optionally a point and digits, of which
   * those below a nanosecond are floored. The cost is linear in their number (LC-B20).
   *
   * @throws TarSyntaxException if it is not of that form, or out of range
   */
  static Instant parse(byte[] text) throws TarSyntaxException {
    int at = 0;
    boolean isNegative = text.length > 0 && text[0] == '-';
    if (isNegative || (text.length > 0 && text[0] == '+')) {
      at++;
    }
    int firstDigit = at;
    long seconds = 0;
    while (at < text.length && isDigit(text[at])) {
      int digit = text[at++] - '0';
      if (seconds > (Instant.MAX.getEpochSecond() - digit) / 10) {
        throw new TarSyntaxException("the time is out of range");
      }
      seconds = 10 * seconds + digit;
    }
    if (at == firstDigit) {
      throw new TarSyntaxException("the time has no digits");
    }
    int nanos = 0;
    boolean hasMore = false;
    if (at < text.length && text[at] == '.') {
      int point = at++;
      int unit = NANOS / 10;
      while (at < text.length && isDigit(text[at])) {
        int digit = text[at] - '0';
        nanos += digit * unit;
        hasMore |= at - point > NANO_DIGITS && digit != 0;
        unit /= 10;
        at++;
      }
    }
    if (at < text.length) {
      throw new TarSyntaxException("the time is not a decimal number");
    }
    if (!isNegative) {
      return Instant.ofEpochSecond(seconds, nanos);
    }
    long below = nanos + (hasMore ? 1L : 0L);
    return Instant.ofEpochSecond(-seconds, -below);
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }
}
