package dev.imbrex.benchmarks.compare;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs the contestants of a job in turn, round after round, so that a machine that gets slower or
 * faster does so for all; what counts is the ratio within a round.
 *
 * @param warmUps how often ours runs first, uncounted
 * @param counted how many rounds count
 */
record Rounds(int warmUps, int counted) {
  Outcome run(Job job, String input) throws IOException, InterruptedException {
    List<Contestant> contestants = job.contestants();
    for (int i = 0; i < warmUps; i++) {
      job.prepare().run();
      contestants.get(0).work().run();
    }
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
}
