package dev.imbrex.dockerfile;

import java.util.ArrayList;
import java.util.List;

/** Splits text into words (SN-B7). */
final class WordSplitter {
  private WordSplitter() {}

  /** Words between blanks, whatever they consist of. */
  static List<String> atBlanks(String text) {
    List<String> words = new ArrayList<>();
    for (int i = skip(text, 0); i < text.length(); ) {
      int end = i;
      while (end < text.length() && !isSeparator(text.charAt(end))) {
        end++;
      }
      words.add(text.substring(i, end));
      i = skip(text, end);
    }
    return words;
  }

  private static int skip(String text, int from) {
    int i = from;
    while (i < text.length() && isSeparator(text.charAt(i))) {
      i++;
    }
    return i;
  }

  /** Between arguments only blanks of ASCII count. */
  private static boolean isSeparator(char c) {
    return c == ' ' || c == '\t' || c == '\u000b' || c == '\f' || c == '\r';
  }

  /** Words between blanks outside quotes; quotes and escapes are kept for expansion. */
  static List<String> quoted(String text, char escape) {
    List<String> words = new ArrayList<>();
    for (int i = Blanks.skip(text, 0); i < text.length(); i = Blanks.skip(text, i)) {
      StringBuilder word = new StringBuilder();
      i = word(text, i, escape, word);
      if (!word.isEmpty()) {
        words.add(word.toString());
      }
    }
    return words;
  }

  private static int word(String text, int from, char escape, StringBuilder word) {
    char quote = 0;
    int i = from;
    while (i < text.length() && (quote != 0 || !Blanks.isBlank(text.charAt(i)))) {
      char c = text.charAt(i++);
      if (c == escape && quote != '\'') {
        if (i == text.length()) {
          // An escape character at the very end protects nothing.
          return i;
        }
        word.append(c).append(text.charAt(i++));
        continue;
      }
      if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      }
      word.append(c);
    }
    return i;
  }
}
