package dev.imbrex.dockerfile;

import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The flags of an instruction, checked against those it knows (SN-B5). */
final class FlagValues {
  /** What a flag takes. */
  enum Kind {
    BOOLEAN,
    TEXT,
    LIST
  }

  private static final Map<Keyword, Map<String, Kind>> KNOWN =
      Map.of(
          Keyword.FROM, Map.of("platform", Kind.TEXT),
          Keyword.RUN, Map.of("mount", Kind.LIST, "network", Kind.TEXT, "security", Kind.TEXT),
          Keyword.COPY,
              Map.of(
                  "from", Kind.TEXT,
                  "chown", Kind.TEXT,
                  "chmod", Kind.TEXT,
                  "link", Kind.BOOLEAN,
                  "parents", Kind.BOOLEAN,
                  "exclude", Kind.LIST),
          Keyword.ADD,
              Map.of(
                  "chown", Kind.TEXT,
                  "chmod", Kind.TEXT,
                  "checksum", Kind.TEXT,
                  "link", Kind.BOOLEAN,
                  "keep-git-dir", Kind.BOOLEAN,
                  "unpack", Kind.BOOLEAN,
                  "exclude", Kind.LIST),
          Keyword.HEALTHCHECK,
              Map.of(
                  "interval", Kind.TEXT,
                  "timeout", Kind.TEXT,
                  "start-period", Kind.TEXT,
                  "start-interval", Kind.TEXT,
                  "retries", Kind.TEXT));

  private final Map<String, List<String>> values;

  private FlagValues(Map<String, List<String>> values) {
    this.values = values;
  }

  static FlagValues of(String file, Statement statement) throws DockerfileException {
    Map<String, Kind> known = KNOWN.getOrDefault(statement.keyword(), Map.of());
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (Flag flag : statement.flags()) {
      Kind kind = known.get(flag.name());
      if (kind == null) {
        String nearest = NearestName.find(flag.name(), known.keySet().stream().sorted().toList());
        throw problem(
            file,
            statement,
            flag,
            "unknown flag " + Quoted.of("--" + flag.name()),
            nearest.isEmpty() ? "" : "--" + nearest);
      }
      List<String> before = values.computeIfAbsent(flag.name(), name -> new ArrayList<>());
      if (!before.isEmpty() && kind != Kind.LIST) {
        throw problem(file, statement, flag, "flag --" + flag.name() + " is repeated", "");
      }
      before.add(value(file, statement, flag, kind));
    }
    return new FlagValues(values);
  }

  private static String value(String file, Statement statement, Flag flag, Kind kind)
      throws DockerfileException {
    String name = "flag --" + flag.name();
    if (kind != Kind.BOOLEAN) {
      return flag.value()
          .orElseThrow(() -> problem(file, statement, flag, name + " has no value", ""));
    }
    String value = flag.value().orElse("true").toLowerCase(Locale.ROOT);
    if (value.isEmpty()) {
      throw problem(file, statement, flag, name + " has no value", "");
    }
    if (!value.equals("true") && !value.equals("false")) {
      throw problem(file, statement, flag, name + " is true or false, not " + Quoted.of(value), "");
    }
    return value;
  }

  private static DockerfileException problem(
      String file, Statement statement, Flag flag, String what, String hint) {
    return new DockerfileException(file, flag.range(), statement.keyword().name(), what, hint);
  }

  Optional<String> text(String name) {
    return list(name).stream().findFirst();
  }

  List<String> list(String name) {
    return values.getOrDefault(name, List.of());
  }

  boolean isSet(String name) {
    return list(name).contains("true");
  }
}
