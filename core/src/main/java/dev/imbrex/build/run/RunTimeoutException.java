package dev.imbrex.build.run;

import dev.imbrex.manifest.error.ImageException;
import java.time.Duration;

/** Thrown when a command ran longer than it was allowed to; all its processes have been ended. */
public class RunTimeoutException extends ImageException {
  private static final long serialVersionUID = 1L;

  private final Duration limit;

  /** Creates an exception with a message for people. */
  public RunTimeoutException(String message, Duration limit) {
    super(message);
    this.limit = limit;
  }

  /** How long the command was allowed to run. */
  public Duration limit() {
    return limit;
  }
}
