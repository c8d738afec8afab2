package dev.imbrex.build.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Knows how to start a command in one isolation. */
interface Launcher {
  /**
   * The program to start, with its arguments, when the files are in place.
   *
   * @param directory a private directory for what it needs
   * @param started a file that it makes when all is in place for the command
   */
  List<String> command(RunPlan plan, Path directory, Path started) throws IOException;

  /** Whether it makes the file; else that is done right before it. */
  boolean tellsStart();

  /** What {@code unshare} makes new for it: options. */
  List<String> namespaces(RunPlan plan);

  /** The command that ends what may be left when the program was killed; none if nothing can. */
  List<String> cleanup(Path directory) throws IOException;
}
