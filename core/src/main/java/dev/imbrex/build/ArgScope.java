package dev.imbrex.build;

import dev.imbrex.dockerfile.Expansion;
import dev.imbrex.dockerfile.Instruction;
import dev.imbrex.dockerfile.PredefinedArgs;
import dev.imbrex.platform.Platform;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The build arguments that can be seen at a place (SN-B13, SN-B14): names in the order of their
 * first declaration, with the value each has, if any. Immutable.
 */
final class ArgScope {
  private final Map<String, String> given;
  private final Map<String, Optional<String>> global;
  private final Map<String, Optional<String>> declared;

  private ArgScope(
      Map<String, String> given,
      Map<String, Optional<String>> global,
      Map<String, Optional<String>> declared) {
    this.given = given;
    this.global = global;
    this.declared = declared;
  }

  /** The scope before the first {@code FROM}: what is predefined, and what is declared there. */
  static ArgScope global(
      Map<String, String> given,
      Platform build,
      Platform target,
      String stage,
      Iterable<Instruction.Arg> declarations,
      char escape) {
    Map<String, Optional<String>> global = new LinkedHashMap<>();
    platform(global, "BUILD", build);
    platform(global, "TARGET", target);
    global.put("TARGETSTAGE", Optional.of(stage));
    global.replaceAll((name, value) -> Optional.ofNullable(given.get(name)).or(() -> value));
    for (Instruction.Arg arg : declarations) {
      Map<String, Optional<String>> before = new LinkedHashMap<>(global);
      Expansion expansion =
          Expansion.of(name -> before.getOrDefault(name, Optional.empty()), escape);
      for (Instruction.Arg.Declaration declaration : arg.declarations()) {
        Optional<String> value = Optional.ofNullable(given.get(declaration.name()));
        if (value.isEmpty() && declaration.value().isPresent()) {
          value = Optional.of(expansion.word(declaration.value().get()));
        }
        if (value.isPresent() || !global.containsKey(declaration.name())) {
          global.put(declaration.name(), value);
        }
      }
    }
    return new ArgScope(given, global, Map.of());
  }

  private static void platform(
      Map<String, Optional<String>> values, String prefix, Platform platform) {
    Map<String, Optional<String>> parts = new LinkedHashMap<>();
    parts.put(prefix + "PLATFORM", Optional.of(platform.toString()));
    parts.put(prefix + "OS", Optional.of(platform.os()));
    parts.put(
        prefix + "OSVERSION", Optional.of(Objects.requireNonNullElse(platform.osVersion(), "")));
    parts.put(prefix + "ARCH", Optional.of(platform.architecture()));
    parts.put(prefix + "VARIANT", Optional.of(Objects.requireNonNullElse(platform.variant(), "")));
    values.putAll(parts);
  }

  /** The value of a name before the first {@code FROM}, and in it. */
  Optional<String> globalValue(String name) {
    return global.getOrDefault(name, Optional.empty());
  }

  /** The value of a name in a stage. */
  Optional<String> value(String name) {
    return declared.getOrDefault(name, Optional.empty());
  }

  /** The names declared in the stage, in order; what has no value is empty. */
  Map<String, Optional<String>> declared() {
    return Collections.unmodifiableMap(declared);
  }

  /** The same with another declaration in the stage. */
  ArgScope declare(String name, Optional<String> expandedDefault) {
    Map<String, Optional<String>> more = new LinkedHashMap<>(declared);
    Optional<String> value = Optional.ofNullable(given.get(name));
    if (value.isEmpty()) {
      value = expandedDefault.isPresent() ? expandedDefault : globalValue(name);
    }
    more.put(name, value);
    return new ArgScope(given, global, more);
  }

  /** The proxies that are given, whether they are declared or not. */
  Map<String, String> proxies() {
    Map<String, String> proxies = new LinkedHashMap<>();
    for (String name : PredefinedArgs.PROXY) {
      if (given.containsKey(name)) {
        proxies.put(name, given.getOrDefault(name, ""));
      }
    }
    return proxies;
  }
}
