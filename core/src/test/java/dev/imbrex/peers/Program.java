package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.File;
import java.io.IOException;
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

  private Program(Path executable) {
    this.executable = executable;
  }

  /**
   * Finds a program on the PATH. Where it is missing the test is left out, in one line, or fails if
   * the environment says that nothing may be left out.
   */
  static Program find(String name) {
    Optional<Path> found =
        List.of(Optional.ofNullable(System.getenv("PATH")).orElse("").split(File.pathSeparator))
            .stream()
            .map(directory -> Path.of(directory, name))
            .filter(Files::isExecutable)
            .findFirst();
    if (found.isEmpty()) {
      String message = "Left out: " + name + " is not on the PATH";
      if ("true".equals(System.getenv(REQUIRED))) {
        fail(message + ", and " + REQUIRED + " is set");
      }
      Assumptions.abort(message);
    }
    return new Program(found.orElseThrow());
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

  Path executable() {
    return executable;
  }

  /** Runs and gives what it printed; fails if it fails. */
  String run(String... arguments) throws IOException, InterruptedException {
    return new String(runForBytes(arguments), UTF_8);
  }

  byte[] runForBytes(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(executable.toString());
    command.addAll(List.of(arguments));
    Path errors = Files.createTempFile("errors", ".txt");
    try {
      ProcessBuilder builder = new ProcessBuilder(command).redirectError(errors.toFile());
      builder.environment().putAll(environment);
      Process process = builder.start();
      process.getOutputStream().close();
      byte[] output = process.getInputStream().readAllBytes();
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).describedAs("%s ends", command).isTrue();
      assertThat(process.exitValue())
          .describedAs(
              () -> command + " said: " + new String(output, UTF_8) + "\n" + readQuietly(errors))
          .isZero();
      return output;
    } finally {
      Files.delete(errors);
    }
  }

  private static String readQuietly(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
