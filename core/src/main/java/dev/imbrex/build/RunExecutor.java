package dev.imbrex.build;

import java.io.IOException;

/**
 * Runs the commands of {@code RUN} instructions (SN-B23). The library has no runner in its core: a
 * build is given one, and without it {@code RUN} is an error.
 *
 * <p>An implementation obeys these rules:
 *
 * <ul>
 *   <li>It gives the command the files of the request as its root directory, and gives back what
 *       changed in them, and nothing of what was mounted. A mount point that it had to make is not
 *       a change.
 *   <li>It passes the environment on as it is, and adds nothing but {@code HOME} where that is not
 *       set.
 *   <li>It writes what the command says to {@link RunRequest#output}, as it comes, and closes it
 *       not.
 *   <li>A command that fails is a result with its exit code; an exception means that it could not
 *       be run, or ran longer than allowed.
 *   <li>When it returns or throws, no process of the command is left. It stops if the thread is
 *       interrupted, and asks the progress of the request from time to time.
 *   <li>It may be called by several threads at a time, for stages that do not depend on each other.
 * </ul>
 */
@FunctionalInterface
public interface RunExecutor {
  /**
   * Runs a command, and waits for its end.
   *
   * @return how it ended; whoever called closes it
   * @throws dev.imbrex.manifest.error.ImageException if it cannot be run
   * @throws IOException if running it fails otherwise
   */
  RunResult run(RunRequest request) throws IOException;
}
