package dev.imbrex.layers.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * Other programs that read and write what we do. One that is missing skips the test with one line,
 * or fails it if the environment variable {@code IMBREX_REQUIRE_PEERS} is {@code true}.
 */
public final class Peers {
  private static final String REQUIRE = "IMBREX_REQUIRE_PEERS";
  private static final long TIMEOUT_SECONDS = 120;

  private final Path program;

  private Peers(Path program) {
    this.program = program;
  }

  /** A program on the PATH, and of the kind whose {@code --version} output has this word. */
  public static Peers require(String name, String word) {
    Peers found = find(name, "--version", word);
    if (found != null) {
      return found;
    }
    String missing = "There is no " + name + " (" + word + ") on the PATH";
    if ("true".equals(System.getenv(REQUIRE))) {
      throw new AssertionError(missing + ", and " + REQUIRE + " is true");
    }
    throw skip(missing);
  }

  /**
   * A program that CI does without: if it is missing, the test is skipped in any case.
   *
   * @param question the argument to which it answers with the word
   */
  public static Peers useIfThere(String name, String question, String word) {
    Peers found = find(name, question, word);
    if (found == null) {
      throw skip("There is no " + name + " on the PATH");
    }
    return found;
  }

  /** A program that a test has made. */
  public static Peers at(Path program) {
    return new Peers(program);
  }

  private static AssertionError skip(String missing) {
    System.err.println(missing + "; a test is skipped");
    Assumptions.abort(missing);
    return new AssertionError("not reached");
  }

  private static @Nullable Peers find(String name, String question, String word) {
    String path = System.getenv("PATH");
    for (String directory : Splitter.on(File.pathSeparatorChar).split(path == null ? "" : path)) {
      Peers program = new Peers(Path.of(directory, name));
      if (Files.isExecutable(program.program) && program.answers(question, word)) {
        return program;
      }
    }
    return null;
  }

  private boolean answers(String question, String word) {
    try {
      return run(Path.of("."), question).contains(word);
    } catch (IOException | AssertionError e) {
      return false;
    }
  }

  /**
   * Runs the program in the C locale and in UTC.
   *
   * @return what it prints, a character for each byte
   * @throws AssertionError if it fails
   */
  public String run(Path directory, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program.toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile("peer", ".out");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().put("LC_ALL", "C");
      builder.environment().put("TZ", "UTC");
      Process process = builder.start();
      process.getOutputStream().close();
      waitFor(process, command);
      String printed = Files.readString(output, ISO_8859_1);
      if (process.exitValue() != 0) {
        throw new AssertionError(command + " exits with " + process.exitValue() + ": " + printed);
      }
      return printed;
    } finally {
      Files.delete(output);
    }
  }

  private static void waitFor(Process process, List<String> command) {
    try {
      if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(command + " does not end");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
      throw new AssertionError(command + " was interrupted", e);
    }
  }
}
