package dev.imbrex.benchmarks.compare;

import dev.imbrex.layers.disk.DirectoryScanner;
import java.io.IOException;
import java.nio.file.Path;

/**
 * What {@code inputs.sh} makes of one input, and where to work.
 *
 * @param name its name
 * @param tar its tar
 * @param gzip the tar, compressed
 * @param tree the tar, extracted
 * @param changed the tree, a few percent of it changed
 * @param entries how many entries the tree has
 * @param work a directory for results, on a file system with a journal or in memory: one without
 *     looks through what was deleted of late at each file it makes
 */
record Inputs(String name, Path tar, Path gzip, Path tree, Path changed, long entries, Path work) {
  static Inputs of(Path directory, String name, Path work) throws IOException {
    Path tree = directory.resolve(name);
    return new Inputs(
        name,
        directory.resolve(name + ".tar"),
        directory.resolve(name + ".tar.gz"),
        tree,
        directory.resolve(name + ".mut"),
        DirectoryScanner.scan(tree).count(),
        work);
  }

  /** A place for a result. */
  Path at(String result) {
    return work.resolve(result);
  }
}
