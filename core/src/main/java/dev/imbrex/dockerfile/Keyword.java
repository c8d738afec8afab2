package dev.imbrex.dockerfile;

import java.util.Locale;
import java.util.Optional;

/** The instructions a Dockerfile can have. */
public enum Keyword {
  /** Copies files, unpacks archives, fetches from the network. */
  ADD,
  /** Declares a build argument. */
  ARG,
  /** Sets the command. */
  CMD,
  /** Copies files. */
  COPY,
  /** Sets the entry point. */
  ENTRYPOINT,
  /** Sets environment variables. */
  ENV,
  /** Names ports. */
  EXPOSE,
  /** Begins a stage on a base. */
  FROM,
  /** Sets the health check. */
  HEALTHCHECK,
  /** Sets labels. */
  LABEL,
  /** Sets the author. */
  MAINTAINER,
  /** Leaves an instruction for builds on the result. */
  ONBUILD,
  /** Runs a command. */
  RUN,
  /** Sets the shell of shell forms. */
  SHELL,
  /** Sets the signal that stops a container. */
  STOPSIGNAL,
  /** Sets the user. */
  USER,
  /** Names volumes. */
  VOLUME,
  /** Sets and makes the working directory. */
  WORKDIR;

  /** The keyword a word stands for, in upper case or in lower. */
  public static Optional<Keyword> find(String word) {
    try {
      return Optional.of(valueOf(word.toUpperCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether here-documents may follow it (SN-B8). */
  boolean takesHeredocs() {
    return this == RUN || this == COPY || this == ADD;
  }
}
