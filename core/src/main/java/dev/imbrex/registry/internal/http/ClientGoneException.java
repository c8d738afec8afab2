package dev.imbrex.registry.internal.http;

import java.io.IOException;

/** Thrown when a client vanished, or stalled for too long: there is nobody to answer any more. */
public final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1L;

  /** Creates an exception that says what the client was doing. */
  public ClientGoneException(String message) {
    super(message);
  }

  /** Creates an exception as above, with the failure that showed it. */
  public ClientGoneException(String message, Throwable cause) {
    super(message, cause);
  }
}
