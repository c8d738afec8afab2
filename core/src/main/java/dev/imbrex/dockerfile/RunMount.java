package dev.imbrex.dockerfile;

import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A mount of {@code RUN --mount} (SN-B23): something that is there while the command runs, and not
 * in the layer.
 *
 * @param kind what is mounted
 * @param target where; empty for a secret or an agent that has its usual place
 * @param options the other options by their first names, in the order they are written: {@code
 *     source}, {@code from}, {@code id}, {@code readonly}, {@code sharing}, {@code size}, {@code
 *     required}, {@code env}, {@code mode}, {@code uid}, {@code gid}; a flag without a value is
 *     {@code true}
 */
public record RunMount(Kind kind, Optional<String> target, Map<String, String> options) {
  private static final Map<String, String> SYNONYMS =
      Map.of("dst", "target", "destination", "target", "src", "source", "ro", "readonly");
  private static final Set<String> FLAGS = Set.of("readonly", "readwrite", "required");
  private static final Set<String> NUMBERS = Set.of("uid", "gid");

  /** What can be mounted. */
  public enum Kind {
    /** Files of the build context, a stage or an image. */
    BIND,
    /** A directory that is kept from build to build. */
    CACHE,
    /** A directory in memory. */
    TMPFS,
    /** A secret, as a file or a variable. */
    SECRET,
    /** The socket of an agent for SSH keys. */
    SSH
  }

  /** Copies the options in their order. */
  public RunMount {
    options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
  }

  /**
   * Reads {@code type=cache,target=/x,…}; the type is {@code bind} unless it says otherwise.
   *
   * @throws IllegalArgumentException if an option is unknown, repeated, without a value, or missing
   */
  public static RunMount parse(String text) {
    Map<String, String> options = new LinkedHashMap<>();
    for (String field : fields(text)) {
      int equals = field.indexOf('=');
      String written = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
      String name = written.equals("rw") ? "readwrite" : SYNONYMS.getOrDefault(written, written);
      if (equals < 0 && !FLAGS.contains(name)) {
        throw problem(text, "option " + Quoted.of(field) + " has no value");
      }
      String value = equals < 0 ? "true" : field.substring(equals + 1);
      if (options.put(name, value) != null) {
        throw problem(text, "option " + Quoted.of(name) + " is repeated");
      }
    }
    Kind kind = kind(text, Optional.ofNullable(options.remove("type")).orElse("bind"));
    Optional<String> target = Optional.ofNullable(options.remove("target"));
    check(text, kind, options);
    boolean needsTarget = kind == Kind.BIND || kind == Kind.CACHE || kind == Kind.TMPFS;
    if (needsTarget && target.filter(path -> !path.isEmpty()).isEmpty()) {
      throw problem(text, "there is no target");
    }
    return new RunMount(kind, target, options);
  }

  /** An option, if it is given. */
  public Optional<String> option(String name) {
    return Optional.ofNullable(options.get(name));
  }

  /**
   * Whether the command may not write to it. Binds are read-only unless they say {@code rw}, caches
   * the other way round.
   */
  public boolean isReadOnly() {
    boolean writable = option("readwrite").map(Boolean::valueOf).orElse(kind != Kind.BIND);
    return option("readonly").map(Boolean::valueOf).orElse(!writable);
  }

  private static Kind kind(String text, String name) {
    try {
      return Kind.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "mount " + Quoted.of(text) + ": the type is bind, cache, tmpfs, secret or ssh", e);
    }
  }

  private static Set<String> optionsOf(Kind kind) {
    return switch (kind) {
      case BIND -> Set.of("from", "source", "readonly", "readwrite");
      case CACHE ->
          Set.of("id", "from", "source", "readonly", "readwrite", "sharing", "mode", "uid", "gid");
      case TMPFS -> Set.of("size");
      case SECRET -> Set.of("id", "source", "required", "env", "mode", "uid", "gid");
      case SSH -> Set.of("id", "required", "mode", "uid", "gid");
    };
  }

  private static void check(String text, Kind kind, Map<String, String> options) {
    options.forEach(
        (name, value) -> {
          if (!optionsOf(kind).contains(name)) {
            throw problem(
                text,
                "option "
                    + Quoted.of(name)
                    + " is unknown for type "
                    + kind.name().toLowerCase(Locale.ROOT));
          }
          if (FLAGS.contains(name) && !value.equals("true") && !value.equals("false")) {
            throw problem(text, name + " is true or false");
          }
          if (NUMBERS.contains(name) && !value.matches("\\d{1,10}")) {
            throw problem(text, name + " is a number");
          }
          if (name.equals("mode") && !value.matches("[0-7]{1,5}")) {
            throw problem(text, "mode is an octal number");
          }
          if (name.equals("sharing") && !Set.of("shared", "private", "locked").contains(value)) {
            throw problem(text, "sharing is shared, private or locked");
          }
        });
  }

  /** Fields between commas; a field in double quotes may hold some. */
  private static List<String> fields(String text) {
    List<String> fields = new ArrayList<>();
    StringBuilder field = new StringBuilder();
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        fields.add(field.toString());
        field.setLength(0);
      } else {
        field.append(c);
      }
    }
    fields.add(field.toString());
    return fields;
  }

  private static IllegalArgumentException problem(String text, String what) {
    return new IllegalArgumentException("mount " + Quoted.of(text) + ": " + what);
  }
}
