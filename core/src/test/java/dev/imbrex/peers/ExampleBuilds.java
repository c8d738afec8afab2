package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Builds the example projects with Maven, as their users would: a copy of each, against the jars of
 * this build, installed into a repository of the test. What Maven knows besides comes from the
 * user's own repository and goes there, but for Imbrex and the examples.
 */
final class ExampleBuilds implements AutoCloseable {
  private static final Path SOURCES = Path.of("src", "examples");
  private static final List<String> MODULES = List.of("platform", "manifest", "layers", "core");

  private final Path directory;
  private final Path repository;
  private final Program maven;

  private ExampleBuilds(Path directory) {
    this.directory = directory;
    this.repository = directory.resolve("repository");
    this.maven = Program.find("mvn").with("MAVEN_OPTS", "-XX:TieredStopAtLevel=1");
  }

  /** Installs the jars below this directory, which is the test's own. */
  static ExampleBuilds in(Path directory) throws IOException {
    ExampleBuilds builds = new ExampleBuilds(directory);
    String version = version();
    builds.install("imbrex-parent", version, Path.of("..", "pom.xml"), "pom");
    for (String module : MODULES) {
      Path jar = Path.of("..", module, "target", "imbrex-" + module + "-" + version + ".jar");
      if (!Files.exists(jar)) {
        Program.leaveOut("Left out: " + jar + " is not built yet");
      }
      builds.install("imbrex-" + module, version, Path.of("..", module, "pom.xml"), "pom");
      builds.install("imbrex-" + module, version, jar, "jar");
    }
    Path kit = Path.of("target", "imbrex-core-" + version + "-testkit.jar");
    builds.install("imbrex-core", version, kit, "testkit.jar");
    builds.borrow();
    return builds;
  }

  /** A fresh copy of an example. */
  Path copy(String example, String name) throws IOException {
    Path source = SOURCES.resolve(example);
    Path copy = directory.resolve(name);
    try (Stream<Path> files = Files.walk(source)) {
      for (Path file : files.toList()) {
        Path relative = source.relativize(file);
        if (!relative.startsWith("target")) {
          Files.copy(file, copy.resolve(relative.toString()));
        }
      }
    }
    return copy;
  }

  /** Sets an environment variable for what is run from here on. */
  ExampleBuilds with(String name, String value) {
    maven.with(name, value);
    return this;
  }

  /** Runs Maven in a project and gives what it printed; fails if it fails. */
  String run(Path project, String... arguments) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("-B", "-ntp", "-Dstyle.color=never"));
    all.addAll(List.of("-f", project.resolve("pom.xml").toString()));
    all.add("-Dmaven.repo.local=" + repository);
    all.addAll(List.of(arguments));
    return maven.run(all.toArray(String[]::new));
  }

  /** Takes the links away, so that nobody deletes what they lead to. */
  @Override
  public void close() throws IOException {
    for (Path parent : List.of(repository, repository.resolve("dev"))) {
      try (Stream<Path> links = Files.list(parent).filter(Files::isSymbolicLink)) {
        for (Path link : links.toList()) {
          Files.delete(link);
        }
      }
    }
  }

  private void install(String artifact, String version, Path file, String kind) throws IOException {
    Path place = repository.resolve(Path.of("dev", "imbrex", artifact, version));
    Files.createDirectories(place);
    String separator = kind.equals("testkit.jar") ? "-" : ".";
    Files.copy(file, place.resolve(artifact + "-" + version + separator + kind));
  }

  /** Links to all groups of the user's repository; only {@code dev.imbrex} is the test's own. */
  private void borrow() throws IOException {
    Path own = Path.of(System.getProperty("user.home"), ".m2", "repository");
    Path lender = Path.of(System.getProperty("localRepository", own.toString()));
    for (Path parent : List.of(lender, lender.resolve("dev"))) {
      try (Stream<Path> groups = Files.list(parent)) {
        for (Path group : groups.toList()) {
          Path link = repository.resolve(lender.relativize(group).toString());
          if (Files.isDirectory(group) && !Files.exists(link)) {
            Files.createSymbolicLink(link, group);
          }
        }
      }
    }
  }

  private static String version() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"), UTF_8);
    Matcher version =
        Pattern.compile("<artifactId>imbrex-parent</artifactId>\\s*<version>([^<]+)<").matcher(pom);
    return version.find() ? version.group(1) : fail("No version in " + pom);
  }
}
