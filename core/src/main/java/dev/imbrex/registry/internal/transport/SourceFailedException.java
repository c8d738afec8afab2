package dev.imbrex.registry.internal.transport;

import java.io.IOException;

/** Wraps what a source of a body threw, which is no failure of the connection. */
public final class SourceFailedException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What the source threw. */
  private final IOException failure;

  SourceFailedException(IOException failure) {
    super("The source of a body failed", failure);
    this.failure = failure;
  }

  /** What the source threw. */
  public IOException failure() {
    return failure;
  }
}
