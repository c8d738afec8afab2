package dev.imbrex.manifest.error;

/** Thrown when content breaks the rules of its format. */
public class MalformedContentException extends ImageException {
  private static final long serialVersionUID = 1L;

  private final String what;
  private final String where;
  private final String problem;

  /**
   * Creates an exception about one place in a piece of content.
   *
   * @param what the content, as a message names it: {@code "image manifest sha256:…"}
   * @param where the place in it: a JSON pointer, an entry name, a byte offset; empty for the whole
   * @param problem what was expected and what was found
   */
  public MalformedContentException(String what, String where, String problem) {
    super(message(what, where, problem));
    this.what = what;
    this.where = where;
    this.problem = problem;
  }

  /** Creates an exception as above, with the failure that led to it. */
  public MalformedContentException(String what, String where, String problem, Throwable cause) {
    super(message(what, where, problem), cause);
    this.what = what;
    this.where = where;
    this.problem = problem;
  }

  /** The content, as a message names it. */
  public String what() {
    return what;
  }

  /** The place in the content: a JSON pointer, an entry name or a byte offset; may be empty. */
  public String where() {
    return where;
  }

  /** What was expected and what was found there. */
  public String problem() {
    return problem;
  }

  private static String message(String what, String where, String problem) {
    return where.isEmpty() ? what + ": " + problem : what + ", at " + where + ": " + problem;
  }
}
