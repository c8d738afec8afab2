package dev.imbrex.dockerfile;

import dev.imbrex.manifest.config.Healthcheck;
import java.util.List;
import java.util.Optional;

/**
 * One instruction of a Dockerfile with its parts. Words are as they stand: {@link Expansion} puts
 * variables in, and takes quotes away, where an instruction wants that (SN-B10). Immutable.
 */
public sealed interface Instruction {
  /** How and where it is written. */
  Statement statement();

  /** Which instruction it is. */
  default Keyword keyword() {
    return statement().keyword();
  }

  /**
   * {@code FROM}: begins a stage (SN-B15).
   *
   * @param image the image, the stage or {@code scratch}
   * @param platform the value of {@code --platform}
   * @param stageName the name after {@code AS}, in lower case
   */
  record From(
      Statement statement, String image, Optional<String> platform, Optional<String> stageName)
      implements Instruction {}

  /**
   * {@code RUN}: runs a command (SN-B9, SN-B23).
   *
   * @param command the command; with here-documents, what stands before them
   * @param mounts the values of {@code --mount}, for {@link RunMount#parse}
   * @param network the value of {@code --network}
   * @param security the value of {@code --security}
   */
  record Run(
      Statement statement,
      CommandForm command,
      List<String> mounts,
      Optional<String> network,
      Optional<String> security)
      implements Instruction {}

  /**
   * {@code COPY}: copies files from the build context, a stage or an image (SN-B17 to SN-B20).
   *
   * @param sources what to copy; a here-document as it is written on the line
   * @param destination where to
   * @param from the value of {@code --from}
   * @param owner the value of {@code --chown}
   * @param mode the value of {@code --chmod}
   * @param link whether the layer is independent of those below
   * @param parents whether directories of the sources are kept
   * @param excludes patterns of what is left out
   */
  record Copy(
      Statement statement,
      List<String> sources,
      String destination,
      Optional<String> from,
      Optional<String> owner,
      Optional<String> mode,
      boolean link,
      boolean parents,
      List<String> excludes)
      implements Instruction {}

  /**
   * {@code ADD}: copies files from the build context, unpacks archives, fetches (SN-B21).
   *
   * @param sources what to add; a here-document as it is written on the line
   * @param destination where to
   * @param owner the value of {@code --chown}
   * @param mode the value of {@code --chmod}
   * @param checksum the value of {@code --checksum}
   * @param link whether the layer is independent of those below
   * @param keepGitDir whether the {@code .git} directory of a git source is kept
   * @param unpack whether archives are unpacked, if it is said
   * @param excludes patterns of what is left out
   */
  record Add(
      Statement statement,
      List<String> sources,
      String destination,
      Optional<String> owner,
      Optional<String> mode,
      Optional<String> checksum,
      boolean link,
      boolean keepGitDir,
      Optional<Boolean> unpack,
      List<String> excludes)
      implements Instruction {}

  /**
   * {@code ENV}: sets environment variables.
   *
   * @param variables names and values, in order
   */
  record Env(Statement statement, List<NameValue> variables) implements Instruction {}

  /**
   * {@code ARG}: declares build arguments (SN-B13).
   *
   * @param declarations one or more
   */
  record Arg(Statement statement, List<Declaration> declarations) implements Instruction {
    /**
     * The declaration of one argument.
     *
     * @param name its name
     * @param value the value it has if the build gives none
     */
    public record Declaration(String name, Optional<String> value) {}
  }

  /**
   * {@code LABEL}: sets labels.
   *
   * @param labels names and values, in order
   */
  record Label(Statement statement, List<NameValue> labels) implements Instruction {}

  /** {@code CMD}: sets the command. */
  record Cmd(Statement statement, CommandForm command) implements Instruction {}

  /** {@code ENTRYPOINT}: sets the entry point. */
  record Entrypoint(Statement statement, CommandForm command) implements Instruction {}

  /**
   * {@code EXPOSE}: names ports.
   *
   * @param ports ports and ranges, as they stand
   */
  record Expose(Statement statement, List<String> ports) implements Instruction {}

  /** {@code VOLUME}: names volumes. */
  record Volume(Statement statement, List<String> paths) implements Instruction {}

  /** {@code USER}: sets the user. */
  record User(Statement statement, String user) implements Instruction {}

  /** {@code WORKDIR}: sets and makes the working directory. */
  record Workdir(Statement statement, String path) implements Instruction {}

  /**
   * {@code ONBUILD}: leaves an instruction for builds on the result.
   *
   * @param trigger the text that is left
   * @param instruction what it means
   */
  record Onbuild(Statement statement, String trigger, Instruction instruction)
      implements Instruction {}

  /** {@code STOPSIGNAL}: sets the signal that stops a container. */
  record StopSignal(Statement statement, String signal) implements Instruction {}

  /** {@code HEALTHCHECK}: sets the health check, or none (SN-B25). */
  record HealthCheck(Statement statement, Healthcheck check) implements Instruction {}

  /** {@code SHELL}: sets the shell of shell forms. */
  record Shell(Statement statement, List<String> shell) implements Instruction {}

  /** {@code MAINTAINER}: sets the author. */
  record Maintainer(Statement statement, String author) implements Instruction {}
}
