package dev.imbrex.registry.internal.http;

import java.io.IOException;

/** Thrown when what a client sends is not HTTP, or more than a limit allows. */
public final class MalformedRequestException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String problem;

  MalformedRequestException(int status, String problem) {
    super(problem);
    this.status = status;
    this.problem = problem;
  }

  /** What is wrong. */
  public String problem() {
    return problem;
  }

  /** The status to answer with, before the connection is closed. */
  public int status() {
    return status;
  }
}
