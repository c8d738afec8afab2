package dev.imbrex.manifest.error;

/** Thrown when content is larger, deeper or more numerous than a limit allows. */
public class LimitExceededException extends ImageException {
  private static final long serialVersionUID = 1L;

  private final String limit;
  private final long allowed;

  /**
   * Creates an exception about one limit.
   *
   * @param what the content, as a message names it
   * @param limit the name of the option that raises the limit
   * @param allowed the value in force, in the unit of the option
   */
  public LimitExceededException(String what, String limit, long allowed) {
    super(what + " exceeds the limit " + limit + " of " + allowed);
    this.limit = limit;
    this.allowed = allowed;
  }

  /** The name of the option that raises the limit. */
  public String limit() {
    return limit;
  }

  /** The value in force, in the unit of the option. */
  public long allowed() {
    return allowed;
  }
}
