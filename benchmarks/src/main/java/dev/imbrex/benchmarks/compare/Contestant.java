package dev.imbrex.benchmarks.compare;

import java.io.IOException;

/**
 * Somebody who does a job: ours, a library or a program.
 *
 * @param name for the table
 * @param target the most that our time may be of this one's, as a ratio; 0 if nothing is aimed at
 * @param work does the job once
 */
record Contestant(String name, double target, Work work) {
  /** Does a job once. */
  interface Work {
    /**
     * Does the job.
     *
     * @return what is worth telling about the result: the bytes that were written, or 0
     */
    long run() throws IOException, InterruptedException;
  }

  static Contestant ours(Work work) {
    return new Contestant("imbrex", 0, work);
  }

  static Contestant peer(String name, double target, Work work) {
    return new Contestant(name, target, work);
  }
}
