package dev.imbrex.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Somebody who does a job: ours, a library or a program.
 *
 * @param name for the table
 * @param target the most that our time may be of this one's, as a ratio; 0 if nothing is aimed at
 * @param work does the job once
 * @param weighing does it once more and tells what memory that takes
 */
record Contestant(String name, double target, Work work, Weighing weighing) {
  /** Does a job once. */
  interface Work {
    /**
     * Does the job.
     *
     * @return what is worth telling about the result: the bytes that were written, or 0
     */
    long run() throws IOException, InterruptedException;
  }

  /** Does a job once, and looks at its memory. */
  interface Weighing {
    Weight run() throws IOException, InterruptedException;
  }

  /** Ours, in this JVM. */
  static Contestant ours(Work work) {
    return library("imbrex", 0, work);
  }

  /** A library, in this JVM. */
  static Contestant library(String name, double target, Work work) {
    return new Contestant(name, target, work, () -> Weight.ofThisJvm(work));
  }

  /** A line of shell; the result is measured by the size of a file, if there is one. */
  static Contestant program(String name, double target, String line, Path result) {
    return new Contestant(
        name,
        target,
        () -> {
          Shell.run(line);
          return Files.isRegularFile(result) ? Files.size(result) : 0;
        },
        () -> Shell.weigh(line));
  }
}
