package dev.imbrex.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** All jobs on one input. */
final class Jobs {
  private Jobs() {}

  static List<Job> on(Inputs inputs) throws IOException, InterruptedException {
    List<Job> jobs = new ArrayList<>();
    jobs.addAll(new Creations(inputs).all());
    jobs.addAll(new Extractions(inputs).all());
    jobs.addAll(new Differences(inputs).all());
    return jobs;
  }

  /** A program; one that is not on this machine has a target below 0. */
  static Contestant program(
      String name, double target, String program, Path result, String format, Path... words) {
    if (!Shell.has(program)) {
      return new Contestant(name, -1, () -> 0, () -> Weight.UNKNOWN);
    }
    Object[] quoted = new Object[words.length];
    for (int i = 0; i < words.length; i++) {
      quoted[i] = Shell.quoted(words[i]);
    }
    return Contestant.program(name, target, Shell.line(format, quoted), result);
  }

  /** A job on an input, of the contestants that are on this machine, ours first. */
  static Job job(
      String name, String what, Inputs inputs, Job.Preparation prepare, Contestant... contestants) {
    List<Contestant> present = new ArrayList<>(List.of(contestants));
    present.removeIf(contestant -> contestant.target() < 0);
    return new Job(name, what, inputs.entries(), prepare, List.copyOf(present));
  }

  /** Removes what lies at some places before each run. */
  static Job.Preparation without(Path... places) {
    StringBuilder line = new StringBuilder("rm -rf");
    for (Path place : places) {
      line.append(' ').append(Shell.quoted(place));
    }
    return () -> Shell.run(line.toString());
  }
}
