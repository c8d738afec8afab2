package dev.imbrex.testing;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The members of a JSON document that is known to be well-formed, by their places: {@code
 * config.Labels.v}. What an array holds is one line for each element.
 */
final class JsonMembers {
  private final Map<String, List<String>> members = new LinkedHashMap<>();
  private final Set<String> arrays = new LinkedHashSet<>();
  private final String text;
  private int at;

  private JsonMembers(String text) {
    this.text = text;
  }

  static JsonMembers of(String document) {
    JsonMembers members = new JsonMembers(document);
    members.read("");
    return members;
  }

  /** The members that differ, a line or more for each. */
  static List<String> compare(JsonMembers expected, JsonMembers actual) {
    Set<String> places = new LinkedHashSet<>(expected.members.keySet());
    places.addAll(actual.members.keySet());
    List<String> lines = new ArrayList<>();
    for (String place : places) {
      List<String> before = expected.members.get(place);
      List<String> after = actual.members.get(place);
      if (before == null) {
        lines.add("+ " + place + ": " + actual.show(place));
      } else if (after == null) {
        lines.add("- " + place + ": " + expected.show(place));
      } else if (!before.equals(after)) {
        if (expected.arrays.contains(place) && actual.arrays.contains(place)) {
          lines.add("~ " + place + ":");
          LineDiff.compare(before, after).forEach(line -> lines.add("    " + line));
        } else {
          lines.add("~ " + place + ": " + expected.show(place) + " -> " + actual.show(place));
        }
      }
    }
    return lines;
  }

  private String show(String place) {
    String joined = String.join(", ", members.getOrDefault(place, List.of()));
    return arrays.contains(place) ? "[" + joined + "]" : joined;
  }

  private void read(String place) {
    skipBlanks();
    if (text.charAt(at) == '{') {
      readObject(place);
    } else if (text.charAt(at) == '[') {
      arrays.add(place);
      members.put(place, readElements());
    } else {
      members.put(place, List.of(raw()));
    }
    skipBlanks();
  }

  private void readObject(String place) {
    at++;
    skipBlanks();
    if (text.charAt(at) == '}') {
      members.put(place, List.of("{}"));
    }
    while (text.charAt(at) != '}') {
      String quoted = raw();
      String name = quoted.substring(1, quoted.length() - 1);
      skipBlanks();
      at++;
      read(place.isEmpty() ? name : place + "." + name);
      if (text.charAt(at) == ',') {
        at++;
        skipBlanks();
      }
    }
    at++;
  }

  private List<String> readElements() {
    List<String> elements = new ArrayList<>();
    at++;
    skipBlanks();
    while (text.charAt(at) != ']') {
      elements.add(raw());
      skipBlanks();
      if (text.charAt(at) == ',') {
        at++;
        skipBlanks();
      }
    }
    at++;
    return elements;
  }

  /** One value as it stands, up to what follows it. */
  private String raw() {
    int from = at;
    int depth = 0;
    boolean quoted = false;
    for (; at < text.length(); at++) {
      char c = text.charAt(at);
      if (quoted) {
        at += c == '\\' ? 1 : 0;
        quoted = c != '"';
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        depth++;
      } else if (depth == 0 && ",:]} \t\r\n".indexOf(c) >= 0) {
        break;
      } else if (c == '}' || c == ']') {
        depth--;
      }
    }
    return text.substring(from, at);
  }

  private void skipBlanks() {
    while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
      at++;
    }
  }
}
