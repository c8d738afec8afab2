package dev.imbrex.dockerfile;

import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * A pattern of paths with slashes, as Go's {@code filepath.Match} reads it (SN-B17): {@code *} is
 * any number of characters but {@code /}, {@code ?} one such character, {@code [a-z]} and {@code
 * [^a-z]} one of a set, and a backslash protects the next character. A deep pattern also knows
 * {@code **}, which is any number of directories (SN-B20, SN-B22).
 *
 * <p>A pattern matches whole paths. Matching takes time in proportion to the length of both. Names
 * are compared by code points. Immutable.
 */
public final class GlobPattern {
  private final String text;
  private final List<GlobToken> tokens;

  private GlobPattern(String text, List<GlobToken> tokens) {
    this.text = text;
    this.tokens = tokens;
  }

  /**
   * A pattern in which {@code **} is nothing special.
   *
   * @throws IllegalArgumentException if it is malformed
   */
  public static GlobPattern parse(String pattern) {
    return new GlobPattern(pattern, new GlobParser(pattern, false).parse());
  }

  /**
   * A pattern in which {@code **} is any number of directories, none too; at the end, anything.
   *
   * @throws IllegalArgumentException if it is malformed
   */
  public static GlobPattern parseDeep(String pattern) {
    return new GlobPattern(pattern, new GlobParser(pattern, true).parse());
  }

  /** Whether a text has characters that mean something in a pattern. */
  public static boolean hasWildcards(String text) {
    return text.chars().anyMatch(c -> c == '*' || c == '?' || c == '[' || c == '\\');
  }

  /** Whether it matches the whole path. */
  public boolean matches(String path) {
    return run(path, false).get(tokens.size());
  }

  /** Whether it matches the path or a directory that the path is in; in one pass. */
  boolean matchesWithParents(String path) {
    return run(path, true).get(tokens.size());
  }

  /** Whether it can match some path of which this is the beginning. */
  boolean canMatchFrom(String beginning) {
    BitSet states = run(beginning, false);
    states.clear(tokens.size());
    return !states.isEmpty();
  }

  /**
   * Where the pattern may be after a path.
   *
   * @param parents whether it stops where a directory that the path is in matches
   */
  private BitSet run(String path, boolean parents) {
    BitSet states = begin();
    BitSet spare = new BitSet(tokens.size() + 1);
    for (int i = 0; i < path.length() && !states.isEmpty(); ) {
      int c = path.codePointAt(i);
      if (parents && c == '/' && states.get(tokens.size())) {
        return states;
      }
      step(states, c, spare);
      BitSet before = states;
      states = spare;
      spare = before;
      i += Character.charCount(c);
    }
    return states;
  }

  private BitSet begin() {
    BitSet states = new BitSet(tokens.size() + 1);
    states.set(0);
    skip(states);
    return states;
  }

  /** Goes on from what may stand for nothing. */
  private void skip(BitSet states) {
    for (int s = states.nextSetBit(0); s >= 0; s = states.nextSetBit(s + 1)) {
      if (s < tokens.size()) {
        switch (tokens.get(s).kind()) {
          case STAR, REST -> states.set(s + 1);
          case DEEP -> {
            states.set(s + 1);
            states.set(s + 2);
          }
          default -> {}
        }
      }
    }
  }

  /** Takes a character; puts the states after it where others were. */
  private void step(BitSet states, int c, BitSet next) {
    next.clear();
    for (int s = states.nextSetBit(0); s >= 0 && s < tokens.size(); s = states.nextSetBit(s + 1)) {
      GlobToken token = tokens.get(s);
      switch (token.kind()) {
        case REST -> next.set(s);
        case DIRECTORIES -> {
          next.set(s);
          if (c == '/') {
            next.set(s + 1);
          }
        }
        case STAR -> {
          if (c != '/') {
            next.set(s);
          }
        }
        case DEEP -> {}
        case ANY, SET, LITERAL -> {
          if (token.matches(c)) {
            next.set(s + 1);
          }
        }
      }
    }
    skip(next);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GlobPattern that && tokens.equals(that.tokens);
  }

  @Override
  public int hashCode() {
    return Objects.hash(tokens);
  }

  /** The pattern as it was written. */
  @Override
  public String toString() {
    return text;
  }
}
