package dev.imbrex.layers.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that are killed while they write or update a directory (LC-B78). {@code
 * -Dimbrex.kills=N} kills more of them.
 */
@Timeout(1200)
class KilledUpdateIT {
  private static final int KILLS = Integer.getInteger("imbrex.kills", 12);

  private enum State {
    UNMARKED,
    PREPARED,
    CHANGED
  }

  @TempDir Path temporary;

  private static Process start(String what, Path directory, int number) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            UpdateWorker.class.getName(),
            what,
            directory.toString(),
            Integer.toString(number))
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start();
  }

  /** How many milliseconds it works. */
  private static long run(Process process) throws IOException {
    try (BufferedReader out = process.inputReader(UTF_8)) {
      assertThat(out.readLine()).isEqualTo("ready");
      long start = System.nanoTime();
      assertThat(out.readLine()).isEqualTo("done");
      return (System.nanoTime() - start) / 1_000_000;
    }
  }

  private static void runAndKill(Process process, long millis) throws Exception {
    try (BufferedReader out = process.inputReader(UTF_8)) {
      assertThat(out.readLine()).isEqualTo("ready");
      Thread.sleep(millis);
      process.destroyForcibly().waitFor();
    }
  }

  /** Kills it as soon as something stands in a place that was not there before, or at the end. */
  private static void runAndKillAtFirstName(Process process, Path place) throws Exception {
    List<String> before = names(place);
    try (BufferedReader out = process.inputReader(UTF_8)) {
      assertThat(out.readLine()).isEqualTo("ready");
      while (process.isAlive() && names(place).equals(before)) {
        Thread.onSpinWait();
      }
      process.destroyForcibly().waitFor();
    }
  }

  /** Names, modes, times and contents, by other means than ours. */
  private static Map<String, String> listing(Path root) throws IOException {
    Map<String, String> listing = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.toList()) {
        String content = Files.isRegularFile(file) ? Files.readString(file, US_ASCII) : "";
        listing.put(
            root.relativize(file).toString(),
            Files.getPosixFilePermissions(file)
                + " "
                + Files.getLastModifiedTime(file)
                + " "
                + content);
      }
    }
    return listing;
  }

  private static List<String> names(Path place) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static State mend(Path directory, FileTree wanted) throws IOException {
    try {
      DirectoryScanner.scan(directory);
      return State.UNMARKED;
    } catch (IncompleteDirectoryException e) {
      if (!e.isChanged()) {
        assertThat(DirectoryUpdate.discard(directory, DiskAccess.AUTOMATIC)).isTrue();
        return State.PREPARED;
      }
      DirectoryUpdate.recover(
          directory,
          wanted,
          ScanOptions.standard(),
          UpdateWorker.OPTIONS,
          Findings.tolerant(),
          Progress.none());
      return State.CHANGED;
    }
  }

  /** Each is mended to the one tree or to the other, and serves as base of the next. */
  @Test
  void leaveADirectoryThatCanBeMended() throws Exception {
    Map<String, Map<String, String>> expected = new TreeMap<>();
    for (int number = 0; number < 2; number++) {
      Path written = temporary.resolve("expected-" + number);
      DirectoryWriter.write(UpdateWorker.tree(number), written, UpdateWorker.OPTIONS);
      expected.put("tree " + number, listing(written));
    }
    Path place = Files.createDirectory(temporary.resolve("place"));
    Path directory = place.resolve("dir");
    DirectoryWriter.write(UpdateWorker.tree(1), directory, UpdateWorker.OPTIONS);
    long duration = run(start("update", directory, 0));
    assertThat(listing(directory)).isEqualTo(expected.get("tree 0"));

    Map<State, Integer> states = new EnumMap<>(State.class);
    int held = 0;
    // The moment in which the directory itself changes is short: it is looked for between a kill
    // that came before it and one that came after the end.
    long early = 0;
    long late = 2 * duration;
    for (int i = 0;
        i < KILLS
            || (i < 5 * KILLS
                && !states.keySet().containsAll(Set.of(State.PREPARED, State.CHANGED)));
        i++) {
      long millis = i < KILLS ? duration * (i + 1) / KILLS : (early + late) / 2;
      int updated = 1 - held;
      int wanted = i / 2 % 2;
      runAndKill(start("update", directory, updated), millis);

      State state = mend(directory, UpdateWorker.tree(wanted));

      Map<String, String> found = listing(directory);
      switch (state) {
        case UNMARKED -> {
          assertThat(expected.values()).contains(found);
          boolean isDone = found.equals(expected.get("tree " + updated));
          held = isDone ? updated : held;
          if (isDone) {
            late = Math.max(early + 1, millis);
          } else {
            early = Math.min(late - 1, millis);
          }
        }
        case PREPARED -> {
          assertThat(found).isEqualTo(expected.get("tree " + held));
          early = Math.min(late - 1, millis);
        }
        case CHANGED -> {
          assertThat(found).isEqualTo(expected.get("tree " + wanted));
          held = wanted;
        }
        default -> throw new AssertionError(state);
      }
      assertThat(names(place)).containsExactly("dir");
      states.merge(state, 1, Integer::sum);
    }
    assertThat(states).as("states of those that were killed").containsKey(State.PREPARED);
    assumeThat(states).as("none was killed while the directory changed").containsKey(State.CHANGED);
  }

  @Test
  void leaveNoTargetThatIsNotComplete() throws Exception {
    Path place = Files.createDirectory(temporary.resolve("place"));
    Path target = place.resolve("dir");
    long duration = run(start("write", target, 0));
    Map<String, String> complete = listing(target);
    int left = 0;
    // On a fast machine the moments of the first half may all come before the writing or after it:
    // the second half waits for its first trace, and one that was too late is tried again.
    for (int i = 0; i < KILLS || (left == 0 && i < 5 * KILLS); i++) {
      Path next = place.resolve("dir-" + i);
      Process process = start("write", next, 0);
      if (i < KILLS / 2) {
        runAndKill(process, duration * (2 * i + 1) / KILLS);
      } else {
        runAndKillAtFirstName(process, place);
      }

      if (Files.exists(next)) {
        assertThat(listing(next)).isEqualTo(complete);
      }
      left += DirectoryWriter.discard(next, DiskAccess.AUTOMATIC);
    }
    assertThat(names(place)).allMatch(name -> name.startsWith("dir"));
    assertThat(left).as("killed while they wrote").isPositive();
  }
}
