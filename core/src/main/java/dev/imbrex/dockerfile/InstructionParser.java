package dev.imbrex.dockerfile;

import dev.imbrex.manifest.internal.text.Quoted;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Finds out what statements mean. */
final class InstructionParser {
  private static final Pattern STAGE_NAME = Pattern.compile("[a-z][a-z0-9-_.]*");

  private final String file;
  private final char escape;

  InstructionParser(String file, char escape) {
    this.file = file;
    this.escape = escape;
  }

  Instruction parse(Statement statement) throws DockerfileException {
    FlagValues flags = FlagValues.of(file, statement);
    return switch (statement.keyword()) {
      case ADD -> add(statement, flags);
      case ARG -> arg(statement);
      case CMD -> new Instruction.Cmd(statement, command(statement, statement.arguments()));
      case COPY -> copy(statement, flags);
      case ENTRYPOINT ->
          new Instruction.Entrypoint(statement, command(statement, statement.arguments()));
      case ENV -> new Instruction.Env(statement, pairs(statement));
      case EXPOSE ->
          new Instruction.Expose(statement, WordSplitter.atBlanks(required(statement, "a port")));
      case FROM -> from(statement, flags);
      case HEALTHCHECK ->
          new Instruction.HealthCheck(
              statement, new HealthcheckParser(file, statement, flags).parse());
      case LABEL -> new Instruction.Label(statement, pairs(statement));
      case MAINTAINER -> new Instruction.Maintainer(statement, required(statement, "a name"));
      case ONBUILD -> onbuild(statement);
      case RUN -> run(statement, flags);
      case SHELL -> shell(statement);
      case STOPSIGNAL -> new Instruction.StopSignal(statement, required(statement, "a signal"));
      case USER -> new Instruction.User(statement, required(statement, "a user"));
      case VOLUME -> volume(statement);
      case WORKDIR -> new Instruction.Workdir(statement, required(statement, "a directory"));
    };
  }

  private DockerfileException problem(Statement statement, String what) {
    return new DockerfileException(file, statement.range(), statement.keyword().name(), what, "");
  }

  private String required(Statement statement, String what) throws DockerfileException {
    if (statement.arguments().isEmpty()) {
      throw problem(statement, "needs " + what);
    }
    return statement.arguments();
  }

  // ---- Forms

  private CommandForm command(Statement statement, String text) throws DockerfileException {
    Optional<List<String>> words = jsonWords(statement, text, false);
    return words.isPresent() ? CommandForm.exec(words.get()) : CommandForm.shell(text);
  }

  /** The words of the JSON form, if it is one (SN-B6). */
  private Optional<List<String>> jsonWords(Statement statement, String text, boolean strict)
      throws DockerfileException {
    if (!text.startsWith("[")) {
      return Optional.empty();
    }
    Optional<JsonWords.Result> json = JsonWords.parse(text);
    if (json.isPresent() && !json.get().areStrings()) {
      throw problem(statement, "the JSON form must have strings only, in double quotes");
    }
    if (strict && json.isEmpty()) {
      throw problem(statement, "the JSON form is malformed");
    }
    return json.map(JsonWords.Result::words);
  }

  /** Words in JSON form, or between blanks. */
  private List<String> words(Statement statement) throws DockerfileException {
    return jsonWords(statement, statement.arguments(), false)
        .orElseGet(() -> WordSplitter.atBlanks(statement.arguments()));
  }

  private List<NameValue> pairs(Statement statement) throws DockerfileException {
    String text = required(statement, "a name and a value");
    List<String> words = WordSplitter.quoted(text, escape);
    if (words.isEmpty() || words.get(0).indexOf('=') < 0) {
      return List.of(oldPair(statement, text));
    }
    List<NameValue> pairs = new ArrayList<>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw problem(statement, "expected name=value, not " + Quoted.of(word));
      }
      if (equals == 0) {
        throw problem(statement, "there is no name in " + Quoted.of(word));
      }
      pairs.add(new NameValue(word.substring(0, equals), word.substring(equals + 1)));
    }
    return List.copyOf(pairs);
  }

  private NameValue oldPair(Statement statement, String text) throws DockerfileException {
    List<String> words = WordSplitter.atBlanks(text);
    if (words.size() < 2) {
      throw problem(statement, "needs a name and a value, found " + Quoted.of(text) + " alone");
    }
    String name = words.get(0);
    return new NameValue(name, Blanks.trim(text.substring(name.length())));
  }

  // ---- Instructions

  private Instruction from(Statement statement, FlagValues flags) throws DockerfileException {
    List<String> words = WordSplitter.atBlanks(statement.arguments());
    boolean named = words.size() == 3 && words.get(1).equalsIgnoreCase("AS");
    if (words.size() != 1 && !named) {
      throw problem(statement, "needs an image, or an image, AS and a name");
    }
    Optional<String> name =
        named ? Optional.of(words.get(2).toLowerCase(Locale.ROOT)) : Optional.empty();
    if (name.isPresent() && !STAGE_NAME.matcher(name.get()).matches()) {
      throw problem(
          statement,
          Quoted.of(words.get(2))
              + " cannot name a stage: expected a letter, then letters, digits and - _ .");
    }
    return new Instruction.From(statement, words.get(0), flags.text("platform"), name);
  }

  private Instruction run(Statement statement, FlagValues flags) throws DockerfileException {
    CommandForm command = command(statement, required(statement, "a command"));
    if (command.words().isEmpty()) {
      throw problem(statement, "needs a command");
    }
    for (String mount : flags.list("mount")) {
      if (mount.indexOf('$') < 0) {
        checkMount(statement, mount);
      }
    }
    Optional<String> network = flags.text("network");
    if (network.isPresent() && !List.of("default", "none", "host").contains(network.get())) {
      throw problem(
          statement, "--network is default, none or host, not " + Quoted.of(network.get()));
    }
    Optional<String> security = flags.text("security");
    if (security.isPresent() && !List.of("sandbox", "insecure").contains(security.get())) {
      throw problem(
          statement, "--security is sandbox or insecure, not " + Quoted.of(security.get()));
    }
    return new Instruction.Run(statement, command, flags.list("mount"), network, security);
  }

  private void checkMount(Statement statement, String mount) throws DockerfileException {
    try {
      RunMount.parse(mount);
    } catch (IllegalArgumentException e) {
      throw problem(statement, e.getMessage() == null ? "bad mount" : e.getMessage());
    }
  }

  private List<String> paths(Statement statement) throws DockerfileException {
    List<String> paths = words(statement);
    if (paths.size() < 2) {
      throw problem(statement, "needs at least two arguments, a source and a destination");
    }
    String destination = paths.get(paths.size() - 1);
    boolean isJson = JsonWords.parse(statement.arguments()).isPresent();
    if (!isJson && HeredocWords.parse(destination).isPresent()) {
      throw problem(statement, "a here-document cannot be the destination");
    }
    return paths;
  }

  private Instruction copy(Statement statement, FlagValues flags) throws DockerfileException {
    List<String> paths = paths(statement);
    int last = paths.size() - 1;
    return new Instruction.Copy(
        statement,
        List.copyOf(paths.subList(0, last)),
        paths.get(last),
        flags.text("from"),
        flags.text("chown"),
        flags.text("chmod"),
        flags.isSet("link"),
        flags.isSet("parents"),
        List.copyOf(flags.list("exclude")));
  }

  private Instruction add(Statement statement, FlagValues flags) throws DockerfileException {
    List<String> paths = paths(statement);
    int last = paths.size() - 1;
    return new Instruction.Add(
        statement,
        List.copyOf(paths.subList(0, last)),
        paths.get(last),
        flags.text("chown"),
        flags.text("chmod"),
        flags.text("checksum"),
        flags.isSet("link"),
        flags.isSet("keep-git-dir"),
        flags.text("unpack").map(Boolean::valueOf),
        List.copyOf(flags.list("exclude")));
  }

  private Instruction arg(Statement statement) throws DockerfileException {
    List<Instruction.Arg.Declaration> declarations = new ArrayList<>();
    for (String word : WordSplitter.quoted(required(statement, "a name"), escape)) {
      int equals = word.indexOf('=');
      if (equals == 0) {
        throw problem(statement, "there is no name in " + Quoted.of(word));
      }
      declarations.add(
          new Instruction.Arg.Declaration(
              equals < 0 ? word : word.substring(0, equals),
              equals < 0 ? Optional.empty() : Optional.of(word.substring(equals + 1))));
    }
    if (declarations.isEmpty()) {
      throw problem(statement, "needs a name");
    }
    return new Instruction.Arg(statement, List.copyOf(declarations));
  }

  private Instruction shell(Statement statement) throws DockerfileException {
    String text = required(statement, "a program in JSON form");
    List<String> words =
        jsonWords(statement, text, true)
            .orElseThrow(
                () -> problem(statement, "takes the JSON form only: [\"/bin/sh\", \"-c\"]"));
    if (words.isEmpty()) {
      throw problem(statement, "needs a program in JSON form");
    }
    return new Instruction.Shell(statement, words);
  }

  private Instruction volume(Statement statement) throws DockerfileException {
    List<String> paths = new ArrayList<>();
    required(statement, "a path");
    for (String path : words(statement)) {
      if (Blanks.trim(path).isEmpty()) {
        throw problem(statement, "a path is blank");
      }
      paths.add(Blanks.trim(path));
    }
    if (paths.isEmpty()) {
      throw problem(statement, "needs a path");
    }
    return new Instruction.Volume(statement, List.copyOf(paths));
  }

  private Instruction onbuild(Statement statement) throws DockerfileException {
    String trigger = required(statement, "an instruction");
    String word = trigger.substring(0, Blanks.find(trigger, 0));
    Keyword inner =
        Keyword.find(word)
            .orElseThrow(
                () ->
                    new DockerfileException(
                        file,
                        statement.range(),
                        "ONBUILD",
                        "unknown instruction " + Quoted.of(word),
                        NearestName.find(
                            word, List.of(Keyword.values()).stream().map(Keyword::name).toList())));
    if (inner == Keyword.ONBUILD || inner == Keyword.FROM || inner == Keyword.MAINTAINER) {
      throw problem(statement, inner + " cannot be a trigger");
    }
    LogicalLine line = new LogicalLine(file, statement.range().line());
    line.append(trigger, statement.range().line(), statement.range().column());
    FlagSplitter.Result flags = FlagSplitter.split(line, word.length());
    List<Flag> placed =
        flags.flags().stream()
            .map(flag -> new Flag(flag.name(), flag.value(), statement.range()))
            .toList();
    Statement left =
        new Statement(
            inner,
            placed,
            Blanks.trim(trigger.substring(flags.rest())),
            trigger,
            statement.heredocs(),
            statement.range(),
            statement.keywordRange());
    StringBuilder kept = new StringBuilder(trigger);
    for (Heredoc heredoc : statement.heredocs()) {
      kept.append('\n').append(heredoc.content()).append(heredoc.word());
    }
    return new Instruction.Onbuild(statement, kept.toString(), parse(left));
  }
}
