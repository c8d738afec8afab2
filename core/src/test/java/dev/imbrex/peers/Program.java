package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** A real program our output is held against. */
final class Program {
  private static final String REQUIRED = "IMBREX_REQUIRE_PEERS";

  private final Path executable;
  private final Map<String, String> environment = new TreeMap<>();

  Program(Path executable) {
    this.executable = executable;
  }

  /**
   * Finds a program on the PATH. Where it is missing the test is left out, in one line, or fails if
   * the environment says that nothing may be left out.
   */
  static Program find(String name) {
    return findAll(name).get(0);
  }

  /** All programs of this name, in the order of the PATH; else as {@link #find}. */
  static List<Program> findAll(String name) {
    List<Program> found =
        List.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
            .stream()
            .map(directory -> Path.of(directory, name))
            .filter(Files::isExecutable)
            .map(Program::new)
            .toList();
    if (found.isEmpty()) {
      leaveOut("Left out: " + name + " is not on the PATH");
    }
    return found;
  }

  /** Leaves the test out, or fails if the environment says that nothing may be left out. */
  static void leaveOut(String message) {
    if ("true".equals(System.getenv(REQUIRED))) {
      fail(message + ", and " + REQUIRED + " is set");
    }
    Assumptions.abort(message);
  }

  /** Needs root; leaves the test out without it. */
  static void requireRoot() throws IOException {
    boolean root = Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    if (!root && "true".equals(System.getenv(REQUIRED))) {
      fail("Not root, and " + REQUIRED + " is set");
    }
    Assumptions.assumeTrue(root, "Left out: needs root");
  }

  Program with(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** The same in the same environment, but another executable, if it is there. */
  Program orRather(Path other) {
    if (!Files.isExecutable(other)) {
      return this;
    }
    Program program = new Program(other);
    program.environment.putAll(environment);
    return program;
  }

  Path executable() {
    return executable;
  }

  /** Runs and gives what it printed; fails if it fails. */
  String run(String... arguments) throws IOException, InterruptedException {
    return new String(runForBytes(arguments), UTF_8);
  }

  byte[] runForBytes(String... arguments) throws IOException, InterruptedException {
    Path output = Files.createTempFile("output", ".txt");
    try {
      runInto(output, arguments);
      return Files.readAllBytes(output);
    } finally {
      Files.delete(output);
    }
  }

  /** Runs it with this file for its output. */
  void runInto(Path output, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(executable.toString());
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile("errors", ".txt");
    try {
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(5, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        fail(command + " does not end");
      }
      assertThat(process.exitValue())
          .describedAs(() -> command + " said: " + readQuietly(output) + "\n" + readQuietly(errors))
          .isZero();
    } finally {
      Files.delete(errors);
    }
  }

  /** The beginning of it: what is for people is short. */
  private static String readQuietly(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return new String(in.readNBytes(10_000), UTF_8);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
