package dev.imbrex.benchmarks.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Runs the contestants of a job in turn, round after round, so that a machine that gets slower or
 * faster does so for all; what counts is the ratio within a round.
 *
 * <p>Ours runs first, uncounted, until it has been compiled: {@value #LEAST_WARM_UPS} times at
 * least, and then on until {@value #MOST_WARM_UPS} times or {@value #WARM_UP_SECONDS} seconds.
 *
 * @param counted how many rounds count
 */
record Rounds(int counted) {
  static final int LEAST_WARM_UPS = 3;
  static final int MOST_WARM_UPS = 40;
  static final int WARM_UP_SECONDS = 10;

  Outcome run(Job job, String input) throws IOException, InterruptedException {
    List<Contestant> contestants = job.contestants();
    warmUp(job, contestants.get(0));
    List<List<Double>> seconds = new ArrayList<>();
    contestants.forEach(contestant -> seconds.add(new ArrayList<>()));
    long[] bytes = new long[contestants.size()];
    // The first round brings everybody's files into the page cache, and does not count.
    for (int round = -1; round < counted; round++) {
      for (int i = 0; i < contestants.size(); i++) {
        job.prepare().run();
        long begin = System.nanoTime();
        bytes[i] = contestants.get(i).work().run();
        double taken = (System.nanoTime() - begin) / 1e9;
        if (round >= 0) {
          seconds.get(i).add(taken);
        }
      }
    }
    List<Weight> weights = new ArrayList<>();
    for (Contestant contestant : contestants) {
      job.prepare().run();
      weights.add(contestant.weighing().run());
    }
    List<Outcome.Row> rows = new ArrayList<>();
    for (int i = 0; i < contestants.size(); i++) {
      List<Double> ratios = new ArrayList<>();
      for (int round = 0; round < counted; round++) {
        ratios.add(seconds.get(0).get(round) / seconds.get(i).get(round));
      }
      Contestant contestant = contestants.get(i);
      rows.add(
          new Outcome.Row(
              contestant.name(),
              List.copyOf(seconds.get(i)),
              bytes[i],
              Outcome.median(ratios),
              contestant.target(),
              weights.get(i)));
    }
    return new Outcome(job.name(), job.what(), input, job.entries(), List.copyOf(rows));
  }

  private static void warmUp(Job job, Contestant ours) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS);
    for (int i = 0; i < LEAST_WARM_UPS || (i < MOST_WARM_UPS && System.nanoTime() - end < 0); i++) {
      job.prepare().run();
      ours.work().run();
    }
  }
}
