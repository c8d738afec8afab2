package dev.imbrex.layers.layer;

/** Tells whether bytes are UTF-8, without making anything of them. */
final class Utf8 {
  private Utf8() {}

  static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  /** Whether the bytes are valid: no surrogates, no overlong forms, nothing cut off. */
  static boolean isValid(byte[] bytes) {
    int length = bytes.length;
    int i = 0;
    while (i < length) {
      int following = following(bytes[i] & 0xff);
      if (following < 0 || i + following >= length) {
        return false;
      }
      if (following > 0 && !isSecond(bytes[i] & 0xff, bytes[i + 1] & 0xff)) {
        return false;
      }
      for (int j = 2; j <= following; j++) {
        if ((bytes[i + j] & 0xc0) != 0x80) {
          return false;
        }
      }
      i += following + 1;
    }
    return true;
  }

  private static int following(int first) {
    if (first < 0x80) {
      return 0;
    }
    if (first < 0xc2 || first > 0xf4) {
      return -1;
    }
    return first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  }

  /** Some first bytes narrow the range of the second (Unicode, table 3-7). */
  private static boolean isSecond(int first, int second) {
    int lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    int highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    return second >= lowest && second <= highest;
  }
}
