package dev.imbrex.dockerfile;

import java.util.List;

/**
 * A part of a pattern.
 *
 * @param kind what it stands for
 * @param negated whether a set stands for what is not in it
 * @param ranges the ranges of a set; the one character of a literal
 */
record GlobToken(Kind kind, boolean negated, List<Range> ranges) {
  /** What a part stands for. */
  enum Kind {
    /** One character. */
    LITERAL,
    /** One character, but no slash. */
    ANY,
    /** One character of a set. */
    SET,
    /** Any number of characters, but no slash. */
    STAR,
    /** Anything. */
    REST,
    /** Nothing, or what the next part says. */
    DEEP,
    /** Any number of characters, then a slash. */
    DIRECTORIES
  }

  /** Characters from one to another. */
  record Range(int low, int high) {}

  static GlobToken of(Kind kind) {
    return new GlobToken(kind, false, List.of());
  }

  static GlobToken literal(int c) {
    return new GlobToken(Kind.LITERAL, false, List.of(new Range(c, c)));
  }

  boolean matches(int c) {
    if (kind == Kind.ANY) {
      return c != '/';
    }
    boolean found = false;
    for (Range range : ranges) {
      found |= range.low <= c && c <= range.high;
    }
    return found != negated;
  }
}
