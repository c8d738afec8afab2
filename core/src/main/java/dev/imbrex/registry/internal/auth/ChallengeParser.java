package dev.imbrex.registry.internal.auth;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads one WWW-Authenticate header. A comma separates challenges as well as parameters; a word
 * with an equals sign behind it is a parameter, and one without begins a challenge.
 */
final class ChallengeParser {
  private final String text;
  private final List<Challenge> challenges = new ArrayList<>();
  private int at;

  ChallengeParser(String text) {
    this.text = text;
  }

  List<Challenge> parse() {
    skip(" \t,");
    while (at < text.length()) {
      String scheme = token();
      if (scheme.isEmpty()) {
        break;
      }
      Map<String, String> parameters = new LinkedHashMap<>();
      boolean readable = readParameters(parameters);
      challenges.add(
          new Challenge(scheme.toLowerCase(Locale.ROOT), Collections.unmodifiableMap(parameters)));
      if (!readable) {
        break;
      }
      skip(" \t,");
    }
    return challenges;
  }

  /** Reads up to the next scheme; false if what comes cannot be read. */
  private boolean readParameters(Map<String, String> parameters) {
    if (skipBareValue()) {
      return true;
    }
    while (true) {
      skip(" \t,");
      int before = at;
      String name = token();
      skip(" \t");
      if (name.isEmpty()) {
        return at >= text.length();
      }
      if (at >= text.length() || text.charAt(at) != '=') {
        at = before;
        return true;
      }
      at++;
      skip(" \t");
      Optional<String> value = value();
      if (value.isEmpty()) {
        return false;
      }
      parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value.get());
    }
  }

  /** Passes over the one value of a scheme like Negotiate, which has no name. */
  private boolean skipBareValue() {
    int before = at;
    skip(" \t");
    int start = at;
    while (at < text.length() && (isTokenCharacter(text.charAt(at)) || text.charAt(at) == '/')) {
      at++;
    }
    boolean some = at > start;
    skip("=");
    int end = at;
    skip(" \t");
    boolean bare = some && (at >= text.length() || text.charAt(at) == ',');
    // "realm=" with nothing behind it is a parameter without a value, not a value.
    if (!bare || (end > start && text.charAt(end - 1) == '=' && isWord(start, end - 1))) {
      at = before;
      return false;
    }
    return true;
  }

  private boolean isWord(int start, int end) {
    return text.substring(start, end).matches("realm|service|scope|error|charset");
  }

  private Optional<String> value() {
    if (at < text.length() && text.charAt(at) == '"') {
      return quoted();
    }
    int start = at;
    // Servers leave the quotes out around what is no token: a URL, a scope.
    while (at < text.length() && " \t,\"".indexOf(text.charAt(at)) < 0) {
      at++;
    }
    return Optional.of(text.substring(start, at));
  }

  private Optional<String> quoted() {
    StringBuilder value = new StringBuilder();
    for (at++; at < text.length(); at++) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return Optional.of(value.toString());
      }
      if (c == '\\' && at + 1 < text.length()) {
        at++;
      }
      value.append(text.charAt(at));
    }
    return Optional.empty();
  }

  private String token() {
    int start = at;
    while (at < text.length() && isTokenCharacter(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private void skip(String characters) {
    while (at < text.length() && characters.indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }

  private static boolean isTokenCharacter(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c >= '0' && c <= '9')
        || "!#$%&'*+-.^_`|~".indexOf(c) >= 0;
  }
}
