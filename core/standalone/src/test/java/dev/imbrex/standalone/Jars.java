package dev.imbrex.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The jars that were built, and programs run with them. */
final class Jars {
  private Jars() {}

  /** The jar of this module. */
  static Path standalone() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("target"))) {
      List<Path> found =
          files.filter(file -> file.getFileName().toString().matches("imbrex-.*\\.jar")).toList();
      assertThat(found).hasSize(1);
      return found.get(0).toAbsolutePath();
    }
  }

  /** What {@code imbrex-core} brings to those who depend on it, itself included. */
  static List<Path> closure() throws IOException {
    return Stream.of(Files.readString(Path.of("target/closure")).trim().split(":", -1))
        .map(Path::of)
        .toList();
  }

  /** Those of the closure whose names begin with one of the words. */
  static List<Path> closureOf(String... words) throws IOException {
    List<Path> found = new ArrayList<>();
    for (String word : words) {
      List<Path> some =
          closure().stream().filter(jar -> jar.getFileName().toString().startsWith(word)).toList();
      assertThat(some).describedAs(word).hasSize(1);
      found.addAll(some);
    }
    return found;
  }

  /** Libraries of an old host. */
  static List<Path> old(String... names) {
    return Stream.of(names)
        .map(name -> Path.of("target/old", name + ".jar").toAbsolutePath())
        .toList();
  }

  /** The test classes of {@code imbrex-core}, which have the program that uses everything. */
  static Path coreTests() {
    return Path.of("..", "target", "test-classes").toAbsolutePath().normalize();
  }

  static String join(List<Path> path) {
    return path.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
  }

  /** Runs a tool of the JDK, which must succeed. */
  static String tool(String name, String... arguments) {
    StringWriter messages = new StringWriter();
    PrintWriter out = new PrintWriter(messages);
    int code = ToolProvider.findFirst(name).orElseThrow().run(out, out, arguments);
    assertThat(code).describedAs("%s: %s", name, messages).isZero();
    return messages.toString();
  }

  /** Runs Java with a class path, and gives what it printed and its exit code, in that order. */
  static List<String> java(List<Path> classPath, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx256m");
    command.add("-cp");
    command.add(join(classPath));
    command.addAll(List.of(arguments));
    return program(command);
  }

  /** Runs a program, and gives what it printed and its exit code, in that order. */
  static List<String> program(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (InputStream output = process.getInputStream()) {
      String printed = new String(output.readAllBytes(), UTF_8).trim();
      return List.of(printed, Integer.toString(process.waitFor()));
    } finally {
      process.destroyForcibly();
    }
  }
}
