package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;

/** Collects the records of one PAX header in a buffer that is used again for the next. */
final class PaxRecords {
  private byte[] bytes = new byte[1024];
  private int length;

  void clear() {
    length = 0;
  }

  int length() {
    return length;
  }

  byte[] bytes() {
    return bytes;
  }

  void put(String key, String value) {
    put(key.getBytes(US_ASCII), value.getBytes(US_ASCII));
  }

  void put(String key, byte[] value) {
    put(key.getBytes(US_ASCII), value);
  }

  /** Appends {@code "LENGTH KEY=VALUE\n"}, in which the length counts its own digits. */
  void put(byte[] key, byte[] value) {
    int rest = 1 + key.length + 1 + value.length + 1;
    int total = rest + digits(rest);
    if (rest + digits(total) != total) {
      total = rest + digits(total);
    }
    ensure(total);
    int at = length + digits(total);
    for (int n = total, i = at; i > length; n /= 10) {
      bytes[--i] = (byte) ('0' + n % 10);
    }
    bytes[at++] = ' ';
    System.arraycopy(key, 0, bytes, at, key.length);
    at += key.length;
    bytes[at++] = '=';
    System.arraycopy(value, 0, bytes, at, value.length);
    bytes[at + value.length] = '\n';
    length += total;
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }

  private static int digits(int number) {
    int digits = 1;
    for (int rest = number; rest >= 10; rest /= 10) {
      digits++;
    }
    return digits;
  }
}
