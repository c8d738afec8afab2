package dev.imbrex.build;

/** How the history of an image tells its steps, after the two builders Docker has had. */
public enum HistoryStyle {
  /** As BuildKit: {@code RUN /bin/sh -c make # buildkit} (SN-B30). */
  BUILDKIT,
  /** As the classic builder: {@code /bin/sh -c make} (SN-B29). */
  CLASSIC
}
