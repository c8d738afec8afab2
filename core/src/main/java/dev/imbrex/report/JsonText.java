package dev.imbrex.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Locale;

/**
 * Writes JSON that may stand inside a script element of HTML: there is no {@code <}, {@code >} or
 * {@code &} in it, so neither a tag nor a comment can begin or end.
 */
final class JsonText {
  private final StringBuilder text = new StringBuilder(1 << 16);
  private final Deque<Character> open = new ArrayDeque<>();

  JsonText object() {
    return begin('{', '}');
  }

  JsonText array() {
    return begin('[', ']');
  }

  /** Ends the array or object begun last. */
  JsonText end() {
    text.append((char) open.pop());
    return this;
  }

  JsonText name(String name) {
    separate();
    quote(name);
    text.append(':');
    return this;
  }

  JsonText value(String value) {
    separate();
    quote(value);
    return this;
  }

  JsonText value(long value) {
    separate();
    text.append(value);
    return this;
  }

  JsonText nullValue() {
    separate();
    text.append("null");
    return this;
  }

  JsonText values(int[] values, int length) {
    array();
    for (int i = 0; i < length; i++) {
      value(values[i]);
    }
    return end();
  }

  private JsonText begin(char first, char last) {
    separate();
    text.append(first);
    open.push(last);
    return this;
  }

  private void separate() {
    if (text.length() > 0) {
      char before = text.charAt(text.length() - 1);
      if (before != '{' && before != '[' && before != ':') {
        text.append(',');
      }
    }
  }

  private void quote(String value) {
    text.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (c == '"' || c == '\\') {
        text.append('\\').append(c);
      } else if (isPlain(c)) {
        text.append(c);
      } else {
        text.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
      }
    }
    text.append('"');
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c != '<' && c != '>' && c != '&' && c != 0x7f && c != 0x2028 && c != 0x2029;
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
