package dev.imbrex.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the parser directives at the top of a file (SN-B2). */
final class ParserDirectives {
  private static final Set<String> KNOWN = Set.of("syntax", "escape", "check");
  private static final String NAME_AND_VALUE =
      "[ \\t]*([A-Za-z][A-Za-z0-9]*)[ \\t]*=[ \\t]*(.*?)\\s*";
  private static final Pattern DIRECTIVE = Pattern.compile("\\s*#" + NAME_AND_VALUE);
  private static final Pattern SLASHES = Pattern.compile("\\s*//" + NAME_AND_VALUE);
  private static final Pattern JSON =
      Pattern.compile("\\s*\\{\\s*\"syntax\"\\s*:\\s*\"([^\"\\\\]+)\".*", Pattern.DOTALL);

  private ParserDirectives() {}

  static List<Directive> find(SourceText source) throws DockerfileException {
    List<Directive> found = new ArrayList<>();
    for (int line = 1; line <= source.size(); line++) {
      Matcher matcher = DIRECTIVE.matcher(source.line(line));
      if (!matcher.matches() || matcher.group(2).isEmpty()) {
        break;
      }
      String name = matcher.group(1).toLowerCase(Locale.ROOT);
      if (!KNOWN.contains(name)) {
        break;
      }
      SourceRange range = source.range(line);
      boolean repeated = found.stream().anyMatch(other -> other.name().equals(name));
      if (repeated) {
        throw problem(source, range, "the parser directive " + name + " can be given only once");
      }
      found.add(new Directive(name, matcher.group(2), range));
    }
    return List.copyOf(found);
  }

  /** The escape character in force. */
  static char escape(SourceText source, List<Directive> directives) throws DockerfileException {
    for (Directive directive : directives) {
      if (directive.name().equals("escape")) {
        if (!directive.value().equals("\\") && !directive.value().equals("`")) {
          throw problem(
              source,
              directive.range(),
              "the escape character is \\ or `, not \"" + directive.value() + "\"");
        }
        return directive.value().charAt(0);
      }
    }
    return '\\';
  }

  /** What the directive for checks says. */
  static CheckOptions checkOptions(SourceText source, List<Directive> directives)
      throws DockerfileException {
    for (Directive directive : directives) {
      if (directive.name().equals("check")) {
        try {
          return CheckOptions.parse(directive.value());
        } catch (IllegalArgumentException e) {
          throw problem(source, directive.range(), String.valueOf(e.getMessage()));
        }
      }
    }
    return CheckOptions.DEFAULT;
  }

  /** What says which front end to use: a directive, also after {@code #!}, or in other comments. */
  static Optional<String> syntax(SourceText source) {
    Optional<String> json = json(source);
    int first = source.size() > 0 && source.line(1).startsWith("#!") ? 2 : 1;
    for (Pattern pattern : List.of(DIRECTIVE, SLASHES)) {
      for (int line = first; line <= source.size(); line++) {
        Matcher matcher = pattern.matcher(source.line(line));
        if (!matcher.matches() || !KNOWN.contains(matcher.group(1).toLowerCase(Locale.ROOT))) {
          break;
        }
        if (matcher.group(1).equalsIgnoreCase("syntax") && !matcher.group(2).isEmpty()) {
          return Optional.of(matcher.group(2));
        }
      }
    }
    return json;
  }

  private static Optional<String> json(SourceText source) {
    if (source.size() == 0 || !Blanks.trim(source.line(1)).startsWith("{")) {
      return Optional.empty();
    }
    Matcher matcher = JSON.matcher(String.join("", source.lines()));
    return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static DockerfileException problem(SourceText source, SourceRange range, String what) {
    return new DockerfileException(source.name(), range, "", what, "");
  }
}
