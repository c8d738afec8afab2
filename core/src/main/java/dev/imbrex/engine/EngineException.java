package dev.imbrex.engine;

import dev.imbrex.manifest.error.ImageException;

/**
 * Thrown when an engine cannot be reached, refuses a request, or answers what nobody understands.
 */
public class EngineException extends ImageException {
  private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * Creates an exception about an answer.
   *
   * @param message what was asked of which engine, and what it said
   * @param status the HTTP status of the answer; 0 if there was none
   */
  public EngineException(String message, int status) {
    super(message);
    this.status = status;
  }

  /** Creates an exception about an engine that did not answer, with the failure behind it. */
  public EngineException(String message, Throwable cause) {
    super(message, cause);
    this.status = 0;
  }

  /** The HTTP status of the answer; 0 if there was none, or it broke off. */
  public int status() {
    return status;
  }
}
