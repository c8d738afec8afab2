package dev.imbrex.dockerfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * What a {@code .dockerignore} leaves out of a build context (SN-B22).
 *
 * <pre>{@code
 * IgnorePatterns ignore = IgnorePatterns.parse("*.log\n!keep.log\n");
 * ignore.excludes("keep.log"); // false
 * }</pre>
 *
 * <p>The last pattern that matches a path, or a directory it is in, decides. Immutable.
 */
public final class IgnorePatterns {
  private static final IgnorePatterns NONE = new IgnorePatterns(List.of());

  /** A pattern; one that takes back in begins with an exclamation mark. */
  private record Rule(GlobPattern pattern, boolean includes) {}

  private final List<Rule> rules;

  private IgnorePatterns(List<Rule> rules) {
    this.rules = rules;
  }

  /** Leaves nothing out. */
  public static IgnorePatterns none() {
    return NONE;
  }

  /**
   * Reads the lines of an ignore file.
   *
   * @throws IllegalArgumentException if a pattern is malformed; it tells which line
   */
  public static IgnorePatterns parse(String text) {
    String withoutMark = text.startsWith("\ufeff") ? text.substring(1) : text;
    List<Rule> rules = new ArrayList<>();
    int number = 0;
    for (String line : withoutMark.split("\n", -1)) {
      number++;
      if (!line.startsWith("#")) {
        add(line, "Line " + number + " of the ignore file", rules);
      }
    }
    return new IgnorePatterns(List.copyOf(rules));
  }

  /** Reads an ignore file in UTF-8, as {@link #parse(String)}. */
  public static IgnorePatterns parse(byte[] bytes) {
    return parse(new String(bytes, UTF_8));
  }

  /**
   * Patterns without a file; a {@code #} is nothing special in them.
   *
   * @throws IllegalArgumentException if one is malformed
   */
  public static IgnorePatterns of(List<String> patterns) {
    List<Rule> rules = new ArrayList<>();
    for (String pattern : patterns) {
      add(pattern, "Ignore pattern", rules);
    }
    return new IgnorePatterns(List.copyOf(rules));
  }

  /** Whether nothing is ever left out. */
  public boolean isEmpty() {
    return rules.isEmpty();
  }

  /**
   * Whether a path is left out.
   *
   * @param path names with slashes between them, counted from the root of the context; the root
   *     itself, an empty text, is never left out
   */
  public boolean excludes(String path) {
    if (path.isEmpty() || path.equals(".")) {
      return false;
    }
    boolean excluded = false;
    for (Rule rule : rules) {
      if (rule.includes == excluded && rule.pattern.matchesWithParents(path)) {
        excluded = !rule.includes;
      }
    }
    return excluded;
  }

  /**
   * Whether something below a directory may be taken in although the directory is left out, so that
   * it has to be looked into.
   */
  public boolean mayIncludeBelow(String directory) {
    String below = directory + "/";
    return rules.stream().anyMatch(rule -> rule.includes && rule.pattern.canMatchFrom(below));
  }

  private static void add(String line, String where, List<Rule> rules) {
    String pattern = Blanks.trim(line);
    if (pattern.isEmpty()) {
      return;
    }
    boolean includes = pattern.startsWith("!");
    if (includes) {
      pattern = Blanks.trim(pattern.substring(1));
    }
    if (pattern.isEmpty()) {
      throw new IllegalArgumentException(where + ": ! stands without a pattern");
    }
    String clean = clean(pattern);
    try {
      rules.add(new Rule(GlobPattern.parseDeep(clean), includes));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(where + ": " + Quoted.of(clean) + " is malformed", e);
    }
  }

  /** The pattern without repeated slashes, {@code .}, {@code x/..}, and slashes at either end. */
  private static String clean(String pattern) {
    boolean rooted = pattern.startsWith("/");
    Deque<String> names = new ArrayDeque<>();
    for (String name : pattern.split("/", -1)) {
      if (name.isEmpty() || name.equals(".")) {
        continue;
      }
      boolean climbs = name.equals("..");
      if (climbs && !names.isEmpty() && !names.peekLast().equals("..")) {
        names.removeLast();
      } else if (!climbs || !rooted) {
        names.addLast(name);
      }
    }
    return names.isEmpty() ? (rooted ? "/" : ".") : String.join("/", names);
  }
}
