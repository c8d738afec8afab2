package dev.imbrex.registry.internal.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** Header fields in their order; names are found whatever their case. Belongs to one thread. */
public final class HttpFields {
  /**
   * One field.
   *
   * @param name the name as it was written
   * @param value the value, without white space around it
   */
  public record Field(String name, String value) {}

  private final List<Field> fields = new ArrayList<>();

  /** Adds a field after those there are, of the same name too. */
  public HttpFields add(String name, String value) {
    requireOneLine(name);
    requireOneLine(value);
    fields.add(new Field(name, value));
    return this;
  }

  /** Puts a field in place of all of its name. */
  public HttpFields set(String name, String value) {
    return remove(name).add(name, value);
  }

  /** Takes all fields of a name away. */
  public HttpFields remove(String name) {
    fields.removeIf(field -> field.name.equalsIgnoreCase(name));
    return this;
  }

  /** The value of the first field of a name. */
  public Optional<String> find(String name) {
    for (Field field : fields) {
      if (field.name.equalsIgnoreCase(name)) {
        return Optional.of(field.value);
      }
    }
    return Optional.empty();
  }

  /** The values of all fields of a name, in their order. */
  public List<String> all(String name) {
    return fields.stream()
        .filter(field -> field.name.equalsIgnoreCase(name))
        .map(Field::value)
        .toList();
  }

  /** Whether one of the comma-separated words of a field is this one, whatever its case. */
  boolean hasWord(String name, String word) {
    for (String value : all(name)) {
      for (String part : value.split(",", -1)) {
        if (part.strip().equalsIgnoreCase(word)) {
          return true;
        }
      }
    }
    return false;
  }

  /** All fields, in their order. */
  public List<Field> list() {
    return Collections.unmodifiableList(fields);
  }

  /** What goes into a head must not begin another line of it. */
  private static void requireOneLine(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\r' || c == '\n' || c == 0) {
        throw new IllegalArgumentException("A header field holds a line end");
      }
    }
  }
}
