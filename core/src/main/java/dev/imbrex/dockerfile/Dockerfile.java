package dev.imbrex.dockerfile;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.internal.text.Quoted;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * A Dockerfile: its instructions, with the place of each, and the bytes it was read from.
 *
 * <pre>{@code
 * Dockerfile dockerfile = Dockerfile.read(Path.of("Dockerfile"));
 * for (Stage stage : dockerfile.stages()) {
 *   System.out.println(stage.from().statement().range() + " " + stage.from().image());
 * }
 * }</pre>
 *
 * <p>It follows the Dockerfile reference as BuildKit reads it (SN-B1 to SN-B9, SN-B15). What a
 * {@code syntax} directive asks for is told by {@link #syntax}, and not fetched. Variables are left
 * as they stand; {@link Expansion} puts them in. Immutable.
 */
public final class Dockerfile {
  private static final int MAX_SIZE = 1 << 24;

  private final SourceText source;
  private final byte[] bytes;
  private final List<Directive> directives;
  private final char escape;
  private final List<Comment> comments;
  private final List<Instruction> instructions;
  private final CheckOptions checkOptions;
  private final List<DockerfileWarning> warnings;

  private Dockerfile(SourceText source, byte[] bytes) throws DockerfileException {
    this.source = source;
    this.bytes = bytes;
    this.directives = ParserDirectives.find(source);
    this.escape = ParserDirectives.escape(source, directives);
    this.checkOptions = ParserDirectives.checkOptions(source, directives);
    StatementParser statements = new StatementParser(source, escape);
    statements.parse();
    this.comments = List.copyOf(statements.comments());
    InstructionParser parser = new InstructionParser(source.name(), escape);
    List<Instruction> found = new ArrayList<>();
    for (Statement statement : statements.statements()) {
      found.add(parser.parse(statement));
    }
    this.instructions = List.copyOf(found);
    checkOrder();
    this.warnings = LintChecks.of(this, statements.warnings());
  }

  /**
   * Reads a Dockerfile.
   *
   * @param name the name of the file, for messages
   * @throws DockerfileException if a rule is broken
   */
  public static Dockerfile parse(String name, byte[] bytes) throws DockerfileException {
    byte[] copy = bytes.clone();
    return new Dockerfile(SourceText.of(name, copy), copy);
  }

  /** Reads a text as a Dockerfile of that name, as {@link #parse(String, byte[])}. */
  public static Dockerfile parse(String text) throws DockerfileException {
    return parse("Dockerfile", text.getBytes(UTF_8));
  }

  /**
   * Reads a file.
   *
   * @throws DockerfileException if a rule is broken
   * @throws LimitExceededException if it has more than 16 MiB
   * @throws IOException if it cannot be read
   */
  public static Dockerfile read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_SIZE + 1);
      if (bytes.length > MAX_SIZE) {
        throw new LimitExceededException("Dockerfile " + file, "size", MAX_SIZE);
      }
      return new Dockerfile(SourceText.of(file.toString(), bytes), bytes);
    }
  }

  /**
   * Reads one instruction that an image left for builds on it (SN-B16).
   *
   * @param origin where it is from, for messages
   * @param trigger the text, as {@code OnBuild} has it
   * @throws DockerfileException if it is no instruction, or one that cannot be a trigger
   */
  public static Instruction parseTrigger(String origin, String trigger) throws DockerfileException {
    SourceText source = SourceText.of(origin, trigger.getBytes(UTF_8));
    StatementParser statements = new StatementParser(source, '\\');
    statements.parse();
    if (statements.statements().size() != 1) {
      throw new DockerfileException(
          origin,
          new SourceRange(1, 1, 1, 1),
          "ONBUILD",
          "expected one instruction, found " + statements.statements().size(),
          "");
    }
    Statement statement = statements.statements().get(0);
    if (Set.of(Keyword.ONBUILD, Keyword.FROM, Keyword.MAINTAINER).contains(statement.keyword())) {
      throw new DockerfileException(
          origin, statement.range(), "ONBUILD", statement.keyword() + " cannot be a trigger", "");
    }
    return new InstructionParser(origin, '\\').parse(statement);
  }

  /** The name of the file, for messages. */
  public String name() {
    return source.name();
  }

  /** The parser directives, in order. */
  public List<Directive> directives() {
    return directives;
  }

  /** The front end the file asks for (SN-B2). */
  public Optional<String> syntax() {
    return ParserDirectives.syntax(source);
  }

  /** The escape character: {@code \} or {@code `}. */
  public char escape() {
    return escape;
  }

  /** The comments, those between continued lines too; directives look like comments, and are. */
  public List<Comment> comments() {
    return comments;
  }

  /** The instructions, in order; before the first {@code FROM} there is only {@code ARG}. */
  public List<Instruction> instructions() {
    return instructions;
  }

  /** The declarations before the first {@code FROM} (SN-B13). */
  public List<Instruction.Arg> globalArgs() {
    List<Instruction.Arg> args = new ArrayList<>();
    for (Instruction instruction : instructions) {
      if (instruction instanceof Instruction.Arg arg) {
        args.add(arg);
      } else {
        break;
      }
    }
    return List.copyOf(args);
  }

  /** The stages, in order; at least one. */
  public List<Stage> stages() {
    List<Stage> stages = new ArrayList<>();
    int start = globalArgs().size();
    while (start < instructions.size()) {
      int end = start + 1;
      while (end < instructions.size() && !(instructions.get(end) instanceof Instruction.From)) {
        end++;
      }
      Instruction.From from = (Instruction.From) instructions.get(start);
      stages.add(new Stage(stages.size(), from, instructions.subList(start + 1, end)));
      start = end;
    }
    return List.copyOf(stages);
  }

  /**
   * The stage a name stands for, whatever its case, or a number from 0 on.
   *
   * @throws DockerfileException if there is none
   */
  public Stage requireStage(String target) throws DockerfileException {
    List<Stage> stages = stages();
    String wanted = target.toLowerCase(Locale.ROOT);
    for (Stage stage : stages) {
      if (stage.name().equals(Optional.of(wanted))
          || Integer.toString(stage.index()).equals(wanted)) {
        return stage;
      }
    }
    List<String> names = stages.stream().flatMap(stage -> stage.name().stream()).toList();
    throw new DockerfileException(
        name(),
        new SourceRange(1, 1, 1, 1),
        "",
        "there is no stage " + Quoted.of(target),
        NearestName.find(target, names));
  }

  /** What its {@code check} directive says. */
  public CheckOptions checkOptions() {
    return checkOptions;
  }

  /** What the checks found that its own directive does not leave out, in the order of the file. */
  public List<DockerfileWarning> warnings() {
    return warnings(checkOptions);
  }

  /** What the checks found that these options do not leave out (SN-B36). */
  public List<DockerfileWarning> warnings(CheckOptions options) {
    return warnings.stream().filter(warning -> !options.skips(warning.check())).toList();
  }

  /** Whether every byte is part of a character in UTF-8; what is not reads as U+FFFD. */
  public boolean isUtf8() {
    return source.isUtf8();
  }

  /** The bytes it was read from, unchanged. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Writes the bytes it was read from; the stream stays open. */
  public void writeTo(OutputStream out) throws IOException {
    out.write(bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Dockerfile that
        && name().equals(that.name())
        && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /** The text of the file. */
  @Override
  public String toString() {
    return String.join("", source.lines());
  }

  private void checkOrder() throws DockerfileException {
    if (instructions.isEmpty()) {
      throw new DockerfileException(
          name(), new SourceRange(1, 1, 1, 1), "", "there are no instructions", "");
    }
    Set<String> names = new HashSet<>();
    boolean begun = false;
    for (Instruction instruction : instructions) {
      if (instruction instanceof Instruction.From from) {
        begun = true;
        if (from.stageName().isPresent() && !names.add(from.stageName().get())) {
          throw problem(from, "a stage before has the name " + from.stageName().get() + ", too");
        }
      } else if (!begun && !(instruction instanceof Instruction.Arg)) {
        throw problem(instruction, "only ARG can stand before the first FROM");
      }
    }
    if (!begun) {
      throw problem(instructions.get(instructions.size() - 1), "there is no FROM");
    }
  }

  private DockerfileException problem(Instruction instruction, String what) {
    return new DockerfileException(
        name(), instruction.statement().range(), instruction.keyword().name(), what, "");
  }
}
