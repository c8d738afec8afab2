package dev.imbrex.dockerfile;

import dev.imbrex.manifest.error.ImageException;
import java.util.Optional;

/**
 * Thrown when a Dockerfile is not right, or a step of it fails. It says where: the file, the lines
 * and the instruction (SN-B34).
 */
public class DockerfileException extends ImageException {
  private static final long serialVersionUID = 1L;

  private final String file;
  private final SourceRange range;
  private final String instruction;
  private final String problem;
  private final String hint;

  /**
   * Creates an exception about a place.
   *
   * @param file the name of the file, for people
   * @param range the place
   * @param instruction the keyword of the instruction concerned; empty if there is none
   * @param problem what is wrong
   * @param hint what may have been meant; empty for none
   */
  public DockerfileException(
      String file, SourceRange range, String instruction, String problem, String hint) {
    super(message(file, range, instruction, problem, hint));
    this.file = file;
    this.range = range;
    this.instruction = instruction;
    this.problem = problem;
    this.hint = hint;
  }

  /** Creates an exception as above, with the failure that led to it. */
  public DockerfileException(
      String file, SourceRange range, String instruction, String problem, Throwable cause) {
    super(message(file, range, instruction, problem, ""), cause);
    this.file = file;
    this.range = range;
    this.instruction = instruction;
    this.problem = problem;
    this.hint = "";
  }

  /** The name of the file. */
  public String file() {
    return file;
  }

  /** The place in the file. */
  public SourceRange range() {
    return range;
  }

  /** The keyword of the instruction concerned; empty if there is none. */
  public String instruction() {
    return instruction;
  }

  /** What is wrong, without the place. */
  public String problem() {
    return problem;
  }

  /** What may have been meant, if it can be guessed. */
  public Optional<String> hint() {
    return hint.isEmpty() ? Optional.empty() : Optional.of(hint);
  }

  private static String message(
      String file, SourceRange range, String instruction, String problem, String hint) {
    return file
        + ":"
        + range
        + (instruction.isEmpty() ? ": " : ": " + instruction + ": ")
        + problem
        + (hint.isEmpty() ? "" : " (did you mean " + hint + "?)");
  }
}
