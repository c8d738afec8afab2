package dev.imbrex.build;

/**
 * How the history of an image tells its steps, after the two builders Docker has had. It is about
 * what an image says, and not about the way to it: the classic builder builds all stages before the
 * target, those that nothing is taken from as well (SN-B15); here they are left out in both styles.
 */
public enum HistoryStyle {
  /** As BuildKit: {@code RUN /bin/sh -c make # buildkit} (SN-B30). */
  BUILDKIT,
  /** As the classic builder: {@code /bin/sh -c make} (SN-B29). */
  CLASSIC
}
