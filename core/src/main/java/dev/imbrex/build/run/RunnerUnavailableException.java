package dev.imbrex.build.run;

import dev.imbrex.manifest.error.ImageException;

/** Thrown when this machine cannot run a command as it was asked to; says what is missing. */
public class RunnerUnavailableException extends ImageException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception with a message for people. */
  public RunnerUnavailableException(String message) {
    super(message);
  }
}
