package dev.imbrex.container.internal;

import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Translates the globs of {@link java.nio.file.FileSystem#getPathMatcher}. */
final class Globs {
  private static final String MEANS_SOMETHING = ".^$+{[]|()*?\\}";

  private final String glob;
  private final StringBuilder regex = new StringBuilder();
  private int next;
  private boolean inGroup;

  private Globs(String glob) {
    this.glob = glob;
  }

  static Pattern compile(String glob) {
    return Pattern.compile(new Globs(glob).translate());
  }

  private String translate() {
    while (next < glob.length()) {
      translateNext(glob.charAt(next++));
    }
    if (inGroup) {
      throw error("Missing '}'");
    }
    return regex.toString();
  }

  private void translateNext(char c) {
    switch (c) {
      case '\\' -> appendEscaped();
      case '[' -> appendSet();
      case '*' -> appendStars();
      case '?' -> regex.append("[^/]");
      case '{' -> openGroup();
      case '}' -> regex.append(closesGroup() ? "))" : "\\}");
      case ',' -> regex.append(inGroup ? ")|(?:" : ",");
      default -> appendLiteral(c);
    }
  }

  private void appendEscaped() {
    if (next == glob.length()) {
      throw error("No character to escape");
    }
    appendLiteral(glob.charAt(next++));
  }

  private void appendLiteral(char c) {
    if (MEANS_SOMETHING.indexOf(c) >= 0) {
      regex.append('\\');
    }
    regex.append(c);
  }

  private void appendStars() {
    if (next < glob.length() && glob.charAt(next) == '*') {
      next++;
      regex.append(".*");
    } else {
      regex.append("[^/]*");
    }
  }

  private void openGroup() {
    if (inGroup) {
      throw error("Cannot nest groups");
    }
    inGroup = true;
    regex.append("(?:(?:");
  }

  private boolean closesGroup() {
    boolean closes = inGroup;
    inGroup = false;
    return closes;
  }

  /** A set never matches a slash; in it only the brackets, {@code !} and {@code -} are special. */
  private void appendSet() {
    regex.append("[[^/]&&[");
    if (at('^')) {
      regex.append("\\^");
      next++;
    } else {
      if (at('!')) {
        regex.append('^');
        next++;
      }
      if (at('-')) {
        regex.append('-');
        next++;
      }
    }
    appendSetMembers();
    regex.append("]]");
  }

  private boolean at(char c) {
    return next < glob.length() && glob.charAt(next) == c;
  }

  private void appendSetMembers() {
    boolean canRange = false;
    char last = 0;
    while (next < glob.length()) {
      char c = glob.charAt(next++);
      if (c == ']') {
        return;
      }
      if (c == '/') {
        throw error("A slash in a set");
      }
      if (c == '\\' || c == '[' || (c == '&' && at('&'))) {
        regex.append('\\');
      }
      regex.append(c);
      if (c == '-') {
        if (!canRange) {
          throw error("A range without a start");
        }
        if (next == glob.length()) {
          break;
        }
        if (at(']')) {
          next++;
          return;
        }
        if (glob.charAt(next) < last) {
          throw error("A range that ends before its start");
        }
        regex.append(glob.charAt(next++));
        canRange = false;
      } else {
        canRange = true;
        last = c;
      }
    }
    throw error("Missing ']'");
  }

  private PatternSyntaxException error(String problem) {
    return new PatternSyntaxException(problem, glob, next - 1);
  }
}
