package dev.imbrex.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes the flags off the front of an instruction's text (SN-B5): words that begin with {@code --},
 * in which quotes hold blanks and a backslash protects a character. {@code --} alone ends them.
 */
final class FlagSplitter {
  private final LogicalLine line;
  private final String text;
  private final List<Flag> flags = new ArrayList<>();
  private int position;

  private FlagSplitter(LogicalLine line, int from) {
    this.line = line;
    this.text = line.text();
    this.position = from;
  }

  /**
   * Flags, and where the arguments begin.
   *
   * @param flags the flags in order
   * @param rest the index of the first character after them
   */
  record Result(List<Flag> flags, int rest) {}

  static Result split(LogicalLine line, int from) {
    FlagSplitter splitter = new FlagSplitter(line, from);
    while (splitter.takeFlag()) {
      // One after the other.
    }
    return new Result(splitter.flags, splitter.position);
  }

  private boolean takeFlag() {
    int start = Blanks.skip(text, position);
    position = start;
    if (!text.startsWith("--", start)) {
      return false;
    }
    StringBuilder word = new StringBuilder();
    char quote = 0;
    int i = start;
    while (i < text.length() && (quote != 0 || !Blanks.isBlank(text.charAt(i)))) {
      char c = text.charAt(i++);
      if (c == '\\') {
        if (i < text.length()) {
          word.append(text.charAt(i++));
        }
      } else if (quote != 0 && c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else {
        word.append(c);
      }
    }
    position = i;
    if (word.toString().equals("--")) {
      return false;
    }
    String flag = word.substring(Math.min(2, word.length()));
    int equals = flag.indexOf('=');
    flags.add(
        new Flag(
            equals < 0 ? flag : flag.substring(0, equals),
            equals < 0 ? Optional.empty() : Optional.of(flag.substring(equals + 1)),
            line.range(start, i)));
    return true;
  }
}
