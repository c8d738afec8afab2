package dev.imbrex.benchmarks.recipes;

import java.nio.file.Path;
import java.util.function.ObjLongConsumer;

/**
 * What a job works on, other files for each run.
 *
 * @param authority host and port of a registry, with the images {@code base:1} and {@code app:1}
 * @param files a directory of files for {@code /app}, {@code run.sh} among them
 * @param archive the image {@code base:1}, as {@code docker save} writes it
 * @param target a file that is not there, or a name that is not taken yet
 * @param cache a directory that stays from run to run
 * @param display shows people what is done, and how many percent that is
 */
record Workplace(
    String authority,
    Path files,
    Path archive,
    Path target,
    Path cache,
    ObjLongConsumer<String> display) {
  /** A repository of its own. */
  String repository() {
    return authority + "/out/" + target.getFileName();
  }
}
