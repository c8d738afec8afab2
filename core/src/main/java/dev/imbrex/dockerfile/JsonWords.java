package dev.imbrex.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads a JSON array of strings (SN-B6). */
final class JsonWords {
  private static final int MAX_DEPTH = 100;

  private final String text;
  private int position;
  private boolean allStrings = true;

  private JsonWords(String text) {
    this.text = text;
  }

  /**
   * What a text is that begins like an array.
   *
   * @param words the strings; empty if something else is among them
   * @param areStrings whether all elements are strings
   */
  record Result(List<String> words, boolean areStrings) {}

  /** The array, if the text is one from end to end. */
  static Optional<Result> parse(String text) {
    JsonWords json = new JsonWords(text);
    try {
      json.skip();
      List<String> words = json.array();
      json.skip();
      if (json.position < text.length()) {
        return Optional.empty();
      }
      return Optional.of(
          new Result(json.allStrings ? List.copyOf(words) : List.of(), json.allStrings));
    } catch (NotJson e) {
      return Optional.empty();
    }
  }

  private static final class NotJson extends Exception {
    private static final long serialVersionUID = 1L;

    NotJson() {
      super("not JSON", null, false, false);
    }
  }

  private List<String> array() throws NotJson {
    List<String> words = new ArrayList<>();
    expect('[');
    skip();
    if (take(']')) {
      return words;
    }
    do {
      skip();
      if (peek() == '"') {
        words.add(string());
      } else {
        allStrings = false;
        value(0);
      }
      skip();
    } while (take(','));
    expect(']');
    return words;
  }

  private void value(int depth) throws NotJson {
    if (depth > MAX_DEPTH) {
      throw new NotJson();
    }
    skip();
    switch (peek()) {
      case '"' -> string();
      case '[' -> members(depth, '[', ']', false);
      case '{' -> members(depth, '{', '}', true);
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number();
    }
  }

  private void members(int depth, char open, char close, boolean named) throws NotJson {
    expect(open);
    skip();
    if (take(close)) {
      return;
    }
    do {
      skip();
      if (named) {
        string();
        skip();
        expect(':');
      }
      value(depth + 1);
      skip();
    } while (take(','));
    expect(close);
  }

  private void literal(String word) throws NotJson {
    if (!text.startsWith(word, position)) {
      throw new NotJson();
    }
    position += word.length();
  }

  private void number() throws NotJson {
    take('-');
    if (!take('0')) {
      digits();
    }
    if (take('.')) {
      digits();
    }
    if (take('e') || take('E')) {
      if (!take('+')) {
        take('-');
      }
      digits();
    }
  }

  private void digits() throws NotJson {
    int start = position;
    while (peek() >= '0' && peek() <= '9') {
      position++;
    }
    if (position == start) {
      throw new NotJson();
    }
  }

  private String string() throws NotJson {
    expect('"');
    StringBuilder word = new StringBuilder();
    while (!take('"')) {
      char c = next();
      if (c < ' ') {
        throw new NotJson();
      }
      word.append(c == '\\' ? escaped() : c);
    }
    return withoutHalves(word);
  }

  private char escaped() throws NotJson {
    char c = next();
    return switch (c) {
      case '"', '\\', '/' -> c;
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      case 'u' -> hex();
      default -> throw new NotJson();
    };
  }

  private char hex() throws NotJson {
    int value = 0;
    for (int i = 0; i < 4; i++) {
      char c = next();
      int digit = c < 0x80 ? Character.digit(c, 16) : -1;
      if (digit < 0) {
        throw new NotJson();
      }
      value = value << 4 | digit;
    }
    return (char) value;
  }

  /** Half of a surrogate pair is no character: as Go does, it is replaced. */
  private static String withoutHalves(StringBuilder word) {
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      boolean isPair = i + 1 < word.length() && Character.isSurrogatePair(c, word.charAt(i + 1));
      if (isPair) {
        i++;
      } else if (Character.isSurrogate(c)) {
        word.setCharAt(i, '\ufffd');
      }
    }
    return word.toString();
  }

  private void skip() {
    while (position < text.length() && " \t\r\n".indexOf(text.charAt(position)) >= 0) {
      position++;
    }
  }

  /** The next character; NUL at the end, which no JSON has. */
  private char peek() {
    return position < text.length() ? text.charAt(position) : 0;
  }

  private char next() throws NotJson {
    if (position == text.length()) {
      throw new NotJson();
    }
    return text.charAt(position++);
  }

  private boolean take(char c) {
    if (position < text.length() && text.charAt(position) == c) {
      position++;
      return true;
    }
    return false;
  }

  private void expect(char c) throws NotJson {
    if (!take(c)) {
      throw new NotJson();
    }
  }
}
