package dev.imbrex.benchmarks.compare;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Runs programs. */
final class Shell {
  private Shell() {}

  /**
   * Runs a line of shell, whose programs are to be in the path.
   *
   * @throws IOException if it fails, with what it has printed last
   */
  static void run(String line) throws IOException, InterruptedException {
    Path log = Files.createTempFile("compare", ".log");
    try {
      Process process =
          new ProcessBuilder("bash", "-o", "pipefail", "-ec", line)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(log.toFile())
              .redirectErrorStream(true)
              .start();
      int status = process.waitFor();
      if (status != 0) {
        String printed = Files.readString(log, StandardCharsets.UTF_8);
        throw new IOException(
            line
                + " ended with "
                + status
                + ": "
                + printed.substring(Math.max(0, printed.length() - 2000)));
      }
    } finally {
      Files.delete(log);
    }
  }

  /** Runs a line, and tells the largest resident size of its processes, if GNU time is here. */
  static Weight weigh(String line) throws IOException, InterruptedException {
    if (!has("time")) {
      run(line);
      return Weight.UNKNOWN;
    }
    Path peak = Files.createTempFile("compare", ".peak");
    try {
      run("env time -f %M -o " + quoted(peak) + " bash -o pipefail -ec " + quoted(line));
      return new Weight(-1, Long.parseLong(Files.readString(peak).strip()) << 10);
    } finally {
      Files.delete(peak);
    }
  }

  /** Whether there is such a program. */
  static boolean has(String program) {
    for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
      if (Files.isExecutable(Path.of(directory, program))) {
        return true;
      }
    }
    return false;
  }

  /** A path as a word of shell. */
  static String quoted(Path path) {
    return quoted(path.toString());
  }

  /** A text as a word of shell. */
  static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  static String line(String format, Object... words) {
    return String.format(Locale.ROOT, format, words);
  }
}
