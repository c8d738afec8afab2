package dev.imbrex.dockerfile;

import java.util.Objects;

/**
 * Something in a Dockerfile that works and yet is probably not meant (SN-B36).
 *
 * @param check which check found it
 * @param message what it is, for people
 * @param range where it is
 */
public record DockerfileWarning(DockerfileCheck check, String message, SourceRange range) {
  /** Refuses null. */
  public DockerfileWarning {
    Objects.requireNonNull(check);
    Objects.requireNonNull(message);
    Objects.requireNonNull(range);
  }

  /** The place, the code and the message, on one line. */
  @Override
  public String toString() {
    return range + ": " + check + ": " + message;
  }
}
