package dev.imbrex.manifest.reference;

import dev.imbrex.manifest.reference.InvalidReferenceException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A shell pattern for references (SN-R16), compiled once to be matched with many. The whole text
 * must match:
 *
 * <ul>
 *   <li>{@code *} any number of characters but {@code /}; {@code ?} one character but {@code /};
 *   <li>{@code [abc]}, {@code [a-z]}, {@code [^a-z]} one character of a set, or not of it; inside,
 *       {@code -} and {@code ]} stand for themselves only after a backslash;
 *   <li>a backslash before a character takes away its meaning; all else stands for itself.
 * </ul>
 *
 * <p>Immutable. Equal by the text.
 */
public final class ReferencePattern {
  private final String text;
  private final List<Token> tokens;

  private ReferencePattern(String text, List<Token> tokens) {
    this.text = text;
    this.tokens = tokens;
  }

  /**
   * Reads a pattern.
   *
   * @throws InvalidReferenceException with {@link Reason#INVALID_PATTERN} if a set is not closed,
   *     is empty or has a range without an end, or if the last character is a lone backslash
   */
  public static ReferencePattern parse(String text) {
    return new ReferencePattern(text, new Compiler(text).compile());
  }

  /** Whether the familiar form matches, as it is or without tag and digest. */
  public boolean matches(Reference reference) {
    return matches(reference.familiar()) || matches(reference.repository().familiar());
  }

  /**
   * Whether the familiar or the full form matches, as it is or without tag and digest: the rule for
   * filtering a list of images.
   */
  public boolean matchesAnyForm(Reference reference) {
    return matches(reference)
        || Stream.of(reference, reference.repository())
            .map(Object::toString)
            .anyMatch(this::matches);
  }

  /**
   * Follows all ways to match at once, so that no pattern takes longer than length times length.
   */
  boolean matches(String candidate) {
    boolean[] reached = new boolean[candidate.length() + 1];
    reached[0] = true;
    for (Token token : tokens) {
      if (!token.advance(candidate, reached)) {
        return false;
      }
    }
    return reached[candidate.length()];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ReferencePattern that && text.equals(that.text);
  }

  @Override
  public int hashCode() {
    return text.hashCode();
  }

  /** The pattern as it was given. */
  @Override
  public String toString() {
    return text;
  }

  /** One element of a pattern. */
  private interface Token {
    boolean accepts(char c);

    /**
     * Turns the places reached so far into those reached after this element.
     *
     * @return whether there are any
     */
    default boolean advance(String candidate, boolean[] reached) {
      boolean any = false;
      for (int i = candidate.length(); i > 0; i--) {
        reached[i] = reached[i - 1] && accepts(candidate.charAt(i - 1));
        any |= reached[i];
      }
      reached[0] = false;
      return any;
    }
  }

  private record Literal(char wanted) implements Token {
    @Override
    public boolean accepts(char c) {
      return c == wanted;
    }
  }

  private record AnyOne() implements Token {
    @Override
    public boolean accepts(char c) {
      return c != '/';
    }
  }

  private record AnyNumber() implements Token {
    @Override
    public boolean accepts(char c) {
      return c != '/';
    }

    @Override
    public boolean advance(String candidate, boolean[] reached) {
      for (int i = 1; i <= candidate.length(); i++) {
        reached[i] |= reached[i - 1] && accepts(candidate.charAt(i - 1));
      }
      return true;
    }
  }

  private record Range(int first, int last) {
    boolean contains(int c) {
      return first <= c && c <= last;
    }
  }

  private record OneOf(boolean negated, List<Range> ranges) implements Token {
    @Override
    public boolean accepts(char c) {
      return ranges.stream().anyMatch(range -> range.contains(c)) != negated;
    }
  }

  /** Reads the text of a pattern from left to right. */
  private static final class Compiler {
    private final String text;
    private int position;

    Compiler(String text) {
      this.text = text;
    }

    List<Token> compile() {
      List<Token> tokens = new ArrayList<>();
      boolean afterStar = false;
      while (position < text.length()) {
        Token token = next();
        boolean star = token instanceof AnyNumber;
        if (!star || !afterStar) {
          tokens.add(token);
        }
        afterStar = star;
      }
      return List.copyOf(tokens);
    }

    private Token next() {
      char c = text.charAt(position++);
      return switch (c) {
        case '*' -> new AnyNumber();
        case '?' -> new AnyOne();
        case '[' -> oneOf();
        case '\\' -> new Literal(escaped());
        default -> new Literal(c);
      };
    }

    private OneOf oneOf() {
      boolean negated = position < text.length() && text.charAt(position) == '^';
      if (negated) {
        position++;
      }
      List<Range> ranges = new ArrayList<>();
      do {
        int first = member();
        ranges.add(new Range(first, skipped('-') ? member() : first));
      } while (!skipped(']'));
      return new OneOf(negated, List.copyOf(ranges));
    }

    private int member() {
      char c = nextInSet();
      if (c == '-' || c == ']') {
        throw invalid("'" + c + "' has nothing before it in a set");
      }
      return c == '\\' ? nextInSet() : c;
    }

    private char nextInSet() {
      if (position == text.length()) {
        throw invalid("a set is not closed");
      }
      return text.charAt(position++);
    }

    private char escaped() {
      if (position == text.length()) {
        throw invalid("a lone backslash at the end");
      }
      return text.charAt(position++);
    }

    private boolean skipped(char c) {
      boolean found = position < text.length() && text.charAt(position) == c;
      if (found) {
        position++;
      }
      return found;
    }

    private InvalidReferenceException invalid(String problem) {
      return new InvalidReferenceException(text, Reason.INVALID_PATTERN, problem);
    }
  }
}
