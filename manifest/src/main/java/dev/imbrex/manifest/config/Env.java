package dev.imbrex.manifest.config;

import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The rules of environment entries, {@code name=value} (SN-C4). */
final class Env {
  private Env() {}

  /** The name of an entry: all of it if there is no equals sign. */
  static String name(String entry) {
    int equals = entry.indexOf('=');
    return equals < 0 ? entry : entry.substring(0, equals);
  }

  /** The values by name, the last entry winning; entries with no equals sign set nothing. */
  static Map<String, String> values(List<String> entries) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String entry : entries) {
      int equals = entry.indexOf('=');
      if (equals >= 0) {
        values.put(entry.substring(0, equals), entry.substring(equals + 1));
      }
    }
    return Collections.unmodifiableMap(values);
  }

  static List<String> with(List<String> entries, String name, String value) {
    requireNonNull(value, "value");
    if (name.isEmpty() || name.indexOf('=') >= 0) {
      throw new IllegalArgumentException(
          "Environment variable " + Quoted.of(name) + ": expected a name without =");
    }
    List<String> changed = new ArrayList<>();
    boolean placed = false;
    for (String entry : entries) {
      boolean replaced = name(entry).equals(name);
      if (!replaced) {
        changed.add(entry);
      } else if (!placed) {
        changed.add(name + '=' + value);
        placed = true;
      }
    }
    if (!placed) {
      changed.add(name + '=' + value);
    }
    return changed;
  }

  static List<String> without(List<String> entries, String name) {
    return entries.stream().filter(entry -> !name(entry).equals(name)).toList();
  }

  /** The user's entries, then those of the image whose names did not come before (SN-C13). */
  static List<String> merged(List<String> user, List<String> image) {
    if (user.isEmpty()) {
      return image;
    }
    List<String> merged = new ArrayList<>(user);
    Set<String> names = new LinkedHashSet<>();
    user.forEach(entry -> names.add(name(entry)));
    for (String entry : image) {
      if (names.add(name(entry))) {
        merged.add(entry);
      }
    }
    return merged;
  }
}
