package dev.imbrex.benchmarks.compare;

import java.io.IOException;
import java.util.List;

/**
 * One job and those who do it, ours first.
 *
 * @param name a word for the table
 * @param what what is done, for people
 * @param entries how many entries that is about
 * @param prepare makes room before each run, outside the time
 * @param contestants ours, then the peers
 */
record Job(
    String name, String what, long entries, Preparation prepare, List<Contestant> contestants) {
  /** What comes before each run. */
  interface Preparation {
    void run() throws IOException, InterruptedException;
  }
}
