package dev.imbrex.build.run;

import java.util.List;

/** The ways in which a command can be shut into the files of an image, best first. */
public enum Isolation {
  /**
   * A container of the OCI runtime {@code runc}, with the capabilities and masked paths that Docker
   * gives. Needs root. As with Docker, what a command writes to its two outputs comes in order for
   * each, but may change places between them.
   */
  RUNC(true),
  /**
   * Mount, process, IPC and host name namespaces by {@code unshare}, with the capabilities that
   * Docker gives, set by {@code setpriv}. Needs root.
   */
  UNSHARE(true),
  /**
   * Bubblewrap. Works without root; every file then belongs to the user 0 of the image, and
   * commands of other users cannot be run.
   */
  BUBBLEWRAP(false);

  private final boolean needsRoot;

  Isolation(boolean needsRoot) {
    this.needsRoot = needsRoot;
  }

  /** The programs it takes. */
  List<String> programs() {
    return switch (this) {
      case RUNC -> List.of("runc", "unshare", "mount", "sh");
      case UNSHARE -> List.of("unshare", "setpriv", "mount", "mkdir", "ln", "env", "sh");
      case BUBBLEWRAP -> List.of("bwrap", "sh");
    };
  }

  boolean needsRoot() {
    return needsRoot;
  }
}
