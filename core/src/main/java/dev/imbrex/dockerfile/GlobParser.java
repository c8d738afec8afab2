package dev.imbrex.dockerfile;

import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayList;
import java.util.List;

/** Reads a pattern of paths. */
final class GlobParser {
  private final String text;
  private final boolean deep;
  private final List<GlobToken> tokens = new ArrayList<>();
  private int position;

  GlobParser(String text, boolean deep) {
    this.text = text;
    this.deep = deep;
  }

  List<GlobToken> parse() {
    while (position < text.length()) {
      int c = next();
      switch (c) {
        case '*' -> star();
        case '?' -> tokens.add(GlobToken.of(GlobToken.Kind.ANY));
        case '[' -> tokens.add(set());
        case '\\' -> tokens.add(GlobToken.literal(next()));
        default -> tokens.add(GlobToken.literal(c));
      }
    }
    return List.copyOf(tokens);
  }

  private void star() {
    if (!deep || !take('*')) {
      tokens.add(GlobToken.of(GlobToken.Kind.STAR));
      return;
    }
    take('/');
    if (position == text.length()) {
      tokens.add(GlobToken.of(GlobToken.Kind.REST));
    } else {
      tokens.add(GlobToken.of(GlobToken.Kind.DEEP));
      tokens.add(GlobToken.of(GlobToken.Kind.DIRECTORIES));
    }
  }

  private GlobToken set() {
    boolean negated = take('^');
    List<GlobToken.Range> ranges = new ArrayList<>();
    do {
      int low = member();
      int high = take('-') ? member() : low;
      ranges.add(new GlobToken.Range(low, high));
    } while (!take(']'));
    return new GlobToken(GlobToken.Kind.SET, negated, List.copyOf(ranges));
  }

  private int member() {
    int c = next();
    if (c == '-' || c == ']') {
      throw bad("a set has " + (char) c + " where a character should be");
    }
    return c == '\\' ? next() : c;
  }

  private boolean take(char c) {
    if (position < text.length() && text.charAt(position) == c) {
      position++;
      return true;
    }
    return false;
  }

  private int next() {
    if (position >= text.length()) {
      throw bad("it ends too early");
    }
    int c = text.codePointAt(position);
    position += Character.charCount(c);
    return c;
  }

  private IllegalArgumentException bad(String problem) {
    return new IllegalArgumentException("Pattern " + Quoted.of(text) + ": " + problem);
  }
}
