package dev.imbrex.build;

import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A change of permissions: a number, or clauses such as {@code u=rwX,go-w} (SN-B18). Immutable. */
final class ModeChange {
  private static final Pattern CLAUSE = Pattern.compile("([ugoa]*)([-+=])([ugo]|[rwxXst]*)");
  private static final int ALL = 0777;
  private static final int ANY_EXECUTE = 0111;

  private final int fixed;
  private final List<Clause> clauses;

  private record Clause(String who, char operator, String what) {}

  private ModeChange(int fixed, List<Clause> clauses) {
    this.fixed = fixed;
    this.clauses = clauses;
  }

  /**
   * Reads octal digits up to 7777, or clauses.
   *
   * @throws IllegalArgumentException if it is neither
   */
  static ModeChange parse(String text) {
    if (text.matches("0*[0-7]{1,4}")) {
      return new ModeChange(Integer.parseInt(text, 8), List.of());
    }
    List<Clause> clauses = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      Matcher matcher = CLAUSE.matcher(part);
      int from = 0;
      String who = "";
      while (from < part.length()) {
        matcher.region(from, part.length());
        if (!matcher.lookingAt()) {
          throw bad(text);
        }
        who = matcher.group(1).isEmpty() ? who : matcher.group(1);
        clauses.add(new Clause(who, matcher.group(2).charAt(0), matcher.group(3)));
        from = matcher.end();
      }
      if (part.isEmpty()) {
        throw bad(text);
      }
    }
    return new ModeChange(-1, List.copyOf(clauses));
  }

  private static IllegalArgumentException bad(String text) {
    return new IllegalArgumentException(
        "expected octal digits or clauses such as u+x, not " + Quoted.of(text));
  }

  /** The permissions that come of these. */
  int apply(int mode, boolean isDirectory) {
    if (clauses.isEmpty()) {
      return fixed;
    }
    int result = mode;
    for (Clause clause : clauses) {
      result = apply(clause, result, isDirectory);
    }
    return result;
  }

  private static int apply(Clause clause, int mode, boolean isDirectory) {
    String who = clause.who.isEmpty() || clause.who.contains("a") ? "ugo" : clause.who;
    int bits = 0;
    int cleared = 0;
    for (int i = 0; i < who.length(); i++) {
      char c = who.charAt(i);
      int shift = c == 'u' ? 6 : c == 'g' ? 3 : 0;
      bits |= permissions(clause.what, mode, isDirectory) << shift;
      cleared |= 7 << shift;
      if (clause.what.indexOf('s') >= 0) {
        bits |= c == 'u' ? 04000 : c == 'g' ? 02000 : 0;
      }
      cleared |= c == 'u' ? 04000 : c == 'g' ? 02000 : 01000;
    }
    if (clause.what.indexOf('t') >= 0) {
      bits |= 01000;
    }
    // An equals sign leaves the special bits of directories alone, as chmod does.
    int kept = isDirectory ? cleared & ALL : cleared;
    return switch (clause.operator) {
      case '+' -> mode | bits;
      case '-' -> mode & ~bits;
      default -> (mode & ~kept) | bits;
    };
  }

  /** Three bits. */
  private static int permissions(String what, int mode, boolean isDirectory) {
    int bits = 0;
    for (int i = 0; i < what.length(); i++) {
      char c = what.charAt(i);
      bits |=
          switch (c) {
            case 'r' -> 4;
            case 'w' -> 2;
            case 'x' -> 1;
            case 'X' -> isDirectory || (mode & ANY_EXECUTE) != 0 ? 1 : 0;
            case 'u' -> mode >> 6 & 7;
            case 'g' -> mode >> 3 & 7;
            case 'o' -> mode & 7;
            default -> 0;
          };
    }
    return bits;
  }
}
