package dev.imbrex.dockerfile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Finds what works in a Dockerfile and is probably not meant (SN-B36). */
final class LintChecks {
  private static final Pattern SECRET =
      Pattern.compile(
          "(?:^|.*_)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_.*|$)",
          Pattern.CASE_INSENSITIVE);
  private static final Pattern PUBLIC =
      Pattern.compile("(?:^|.*_)public(?:_.*|$)", Pattern.CASE_INSENSITIVE);
  private static final Pattern PORT = Pattern.compile("\\d+(-\\d+)?(/[A-Za-z]*)?");

  private final Dockerfile dockerfile;
  private final List<DockerfileWarning> found = new ArrayList<>();

  private LintChecks(Dockerfile dockerfile) {
    this.dockerfile = dockerfile;
  }

  /** What all checks find, in the order of the file. */
  static List<DockerfileWarning> of(Dockerfile dockerfile, List<DockerfileWarning> parsing) {
    LintChecks checks = new LintChecks(dockerfile);
    checks.found.addAll(parsing);
    checks.check();
    return checks.found.stream()
        .sorted(
            Comparator.<DockerfileWarning>comparingInt(w -> w.range().line())
                .thenComparingInt(w -> w.range().column()))
        .toList();
  }

  private void check() {
    if (!dockerfile.isUtf8()) {
      add(DockerfileCheck.NOT_UTF_8, "the file is not UTF-8", new SourceRange(1, 1, 1, 1));
    }
    casing();
    from();
    for (Stage stage : dockerfile.stages()) {
      stage(stage);
    }
    for (Instruction instruction : dockerfile.instructions()) {
      secrets(instruction);
      if (instruction instanceof Instruction.Maintainer) {
        add(
            DockerfileCheck.MAINTAINER_DEPRECATED,
            "use a label instead: LABEL org.opencontainers.image.authors",
            instruction);
      }
    }
  }

  private void add(DockerfileCheck check, String message, SourceRange range) {
    found.add(new DockerfileWarning(check, message, range));
  }

  private void add(DockerfileCheck check, String message, Instruction instruction) {
    add(check, message, instruction.statement().range());
  }

  // ---- Casing

  private void casing() {
    int upper = 0;
    int lower = 0;
    for (Instruction instruction : dockerfile.instructions()) {
      String word = word(instruction);
      upper += word.equals(word.toUpperCase(Locale.ROOT)) ? 1 : 0;
      lower += word.equals(word.toLowerCase(Locale.ROOT)) ? 1 : 0;
    }
    boolean isUpper = upper >= lower;
    for (Instruction instruction : dockerfile.instructions()) {
      String word = word(instruction);
      String wanted = isUpper ? word.toUpperCase(Locale.ROOT) : word.toLowerCase(Locale.ROOT);
      if (!word.equals(wanted)) {
        add(
            DockerfileCheck.CONSISTENT_INSTRUCTION_CASING,
            word + " stands among keywords in " + (isUpper ? "upper" : "lower") + " case",
            instruction.statement().keywordRange());
      }
    }
  }

  private static String word(Instruction instruction) {
    return instruction.statement().text().substring(0, instruction.keyword().name().length());
  }

  // ---- FROM

  private void from() {
    Set<String> known = new LinkedHashSet<>(PredefinedArgs.PLATFORM);
    known.addAll(PredefinedArgs.PROXY);
    dockerfile.globalArgs().forEach(arg -> arg.declarations().forEach(d -> known.add(d.name())));
    for (Stage stage : dockerfile.stages()) {
      Instruction.From from = stage.from();
      Set<String> used = new LinkedHashSet<>(variables(from.image()));
      from.platform().ifPresent(platform -> used.addAll(variables(platform)));
      for (String name : used) {
        if (!known.contains(name)) {
          String nearest = NearestName.find(name, known);
          add(
              DockerfileCheck.UNDEFINED_ARG_IN_FROM,
              "nobody declares " + name + (nearest.isEmpty() ? "" : "; did you mean " + nearest),
              from);
        }
      }
      platform(from);
      names(from);
    }
  }

  private void platform(Instruction.From from) {
    String platform = from.platform().orElse("");
    if (platform.equals("$TARGETPLATFORM") || platform.equals("${TARGETPLATFORM}")) {
      add(
          DockerfileCheck.REDUNDANT_TARGET_PLATFORM,
          "a stage is for the target platform unless it says otherwise",
          from);
    } else if (!platform.isEmpty() && platform.indexOf('$') < 0) {
      add(
          DockerfileCheck.FROM_PLATFORM_FLAG_CONST_DISALLOWED,
          "--platform is the constant " + platform,
          from);
    }
  }

  private void names(Instruction.From from) {
    List<String> words = WordSplitter.atBlanks(from.statement().arguments());
    if (words.size() < 3) {
      return;
    }
    String as = words.get(1);
    boolean isUpper = word(from).equals("FROM");
    boolean isLower = word(from).equals("from");
    if ((isUpper && !as.equals("AS")) || (isLower && !as.equals("as"))) {
      add(DockerfileCheck.FROM_AS_CASING, word(from) + " and " + as + " differ in case", from);
    }
    String name = words.get(2);
    if (!name.equals(name.toLowerCase(Locale.ROOT))) {
      add(DockerfileCheck.STAGE_NAME_CASING, "stage " + name + " is not in lower case", from);
    }
    if (name.equalsIgnoreCase("scratch") || name.equalsIgnoreCase("context")) {
      add(DockerfileCheck.RESERVED_STAGE_NAME, name + " should not name a stage", from);
    }
  }

  private Set<String> variables(String text) {
    Set<String> names = new LinkedHashSet<>();
    try {
      Expansion.of(
              name -> {
                names.add(name);
                return Optional.of("x");
              },
              dockerfile.escape())
          .word(text);
    } catch (ExpansionException e) {
      // The build will say so; here only names are wanted.
      return names;
    }
    return names;
  }

  // ---- Stages

  private void stage(Stage stage) {
    boolean shellIsSet = false;
    boolean hasAbsolute = false;
    Map<Keyword, List<Instruction>> repeated = new EnumMap<>(Keyword.class);
    for (Instruction instruction : stage.instructions()) {
      switch (instruction.keyword()) {
        case CMD, ENTRYPOINT, HEALTHCHECK ->
            repeated
                .computeIfAbsent(instruction.keyword(), k -> new ArrayList<>())
                .add(instruction);
        default -> {}
      }
      boolean isShell =
          (instruction instanceof Instruction.Cmd cmd && cmd.command().isShell())
              || (instruction instanceof Instruction.Entrypoint e && e.command().isShell());
      if (isShell && !shellIsSet) {
        add(
            DockerfileCheck.JSON_ARGS_RECOMMENDED,
            "the shell will not pass signals on; use the JSON form",
            instruction);
      }
      shellIsSet |= instruction instanceof Instruction.Shell;
      if (instruction instanceof Instruction.Workdir workdir) {
        boolean absolute = workdir.path().startsWith("/") || workdir.path().startsWith("$");
        if (!absolute && !hasAbsolute) {
          add(
              DockerfileCheck.WORKDIR_RELATIVE_PATH,
              "what " + workdir.path() + " is relative to depends on the base",
              instruction);
        }
        hasAbsolute |= absolute;
      }
      ports(instruction);
      oldForm(instruction);
    }
    repeated.forEach(
        (keyword, instructions) -> {
          for (Instruction instruction : instructions.subList(0, instructions.size() - 1)) {
            add(
                DockerfileCheck.MULTIPLE_INSTRUCTIONS_DISALLOWED,
                "only the last " + keyword + " of a stage has an effect",
                instruction);
          }
        });
  }

  private void ports(Instruction instruction) {
    if (!(instruction instanceof Instruction.Expose expose)) {
      return;
    }
    for (String port : expose.ports()) {
      if (port.indexOf('$') >= 0) {
        continue;
      }
      int slash = port.indexOf('/');
      String protocol = slash < 0 ? "" : port.substring(slash + 1);
      if (!protocol.equals(protocol.toLowerCase(Locale.ROOT))) {
        add(
            DockerfileCheck.EXPOSE_PROTO_CASING,
            "protocol " + protocol + " is not in lower case",
            instruction);
      }
      if (!PORT.matcher(port).matches()) {
        add(
            DockerfileCheck.EXPOSE_INVALID_FORMAT,
            port + " names more than a port of the container",
            instruction);
      }
    }
  }

  private void oldForm(Instruction instruction) {
    boolean isOld =
        (instruction instanceof Instruction.Env || instruction instanceof Instruction.Label)
            && WordSplitter.quoted(instruction.statement().arguments(), dockerfile.escape())
                    .get(0)
                    .indexOf('=')
                < 0;
    if (isOld) {
      add(
          DockerfileCheck.LEGACY_KEY_VALUE_FORMAT,
          "write " + instruction.keyword() + " name=value",
          instruction);
    }
  }

  private void secrets(Instruction instruction) {
    List<String> names = new ArrayList<>();
    if (instruction instanceof Instruction.Env env) {
      env.variables().forEach(variable -> names.add(variable.name()));
    } else if (instruction instanceof Instruction.Arg arg) {
      arg.declarations().forEach(declaration -> names.add(declaration.name()));
    }
    for (String name : names) {
      if (SECRET.matcher(name).matches() && !PUBLIC.matcher(name).matches()) {
        add(
            DockerfileCheck.SECRETS_USED_IN_ARG_OR_ENV,
            name + " looks like a secret, and would stay in the image",
            instruction);
      }
    }
  }
}
