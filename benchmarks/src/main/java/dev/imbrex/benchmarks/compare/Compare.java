package dev.imbrex.benchmarks.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Compares whole jobs with programs and libraries that do the same, in turn, on the inputs that
 * {@code inputs.sh} makes. Prints a table and writes it, with a picture and the figures of each
 * run, to a directory. Wants to be run by root, who alone can set owners.
 *
 * <p>Arguments: the directory of the inputs; one to work in, on a file system with a journal or in
 * memory, whose content is deleted; one for the results; then inputs ({@code deb}) and words that
 * occur in the names of jobs, for these alone. {@code -Drounds=N} sets how many rounds count.
 */
public final class Compare {
  private Compare() {}

  /** Runs. */
  @SuppressWarnings("SystemOut") // A program that prints figures.
  public static void main(String[] args) throws IOException, InterruptedException {
    if (args.length < 4) {
      System.err.println("INPUTS WORK RESULTS INPUT... [JOB...]");
      System.exit(2);
    }
    Path inputs = Path.of(args[0]).toAbsolutePath();
    Path work = Path.of(args[1]).toAbsolutePath();
    Set<String> known = Set.of("deb", "fat", "node");
    List<String> words = List.of(args).subList(3, args.length);
    List<String> wanted = words.stream().filter(word -> !known.contains(word)).toList();
    Rounds rounds = new Rounds(Integer.getInteger("rounds", 5));
    List<Outcome> outcomes = new ArrayList<>();
    for (String input : words.stream().filter(known::contains).toList()) {
      Path place = work.resolve(input);
      Shell.run("rm -rf " + Shell.quoted(place));
      Files.createDirectories(place);
      for (Job job : Jobs.on(Inputs.of(inputs, input, place))) {
        if (wanted.isEmpty() || wanted.stream().anyMatch(job.name()::contains)) {
          System.err.println(input + ": " + job.name());
          outcomes.add(rounds.run(job, input));
        }
      }
      Shell.run("rm -rf " + Shell.quoted(place));
    }
    Report report = new Report(machine(rounds), List.copyOf(outcomes));
    report.writeTo(Path.of(args[2]));
    System.out.println(report.table());
  }

  private static String machine(Rounds rounds) {
    return Runtime.getRuntime().availableProcessors()
        + " processors, Java "
        + Runtime.version()
        + ", "
        + rounds.counted()
        + " rounds; ours in a warm JVM; ratios are medians over the rounds";
  }
}
