package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The examples that have tests of their own: these pass, with the artifacts as they are installed.
 */
class ExamplesIT {
  @TempDir Path directory;

  @Test
  void theBrowserPassesItsTestsOnADisplay() throws Exception {
    Path display = Path.of(System.getProperty("java.home"), "lib", "libawt_xawt.so");
    if (!Files.exists(display)) {
      Program.leaveOut("Left out: this Java has no windows");
    }
    try (ExampleBuilds builds = ExampleBuilds.in(directory);
        VirtualDisplay screen = VirtualDisplay.start()) {
      Path browser = builds.copy("browser", "browser");
      builds.with("DISPLAY", screen.name()).run(browser, "-q", "test");
      allRan(browser, "BrowserTest");
      // To be looked at.
      Path pictures = Files.createDirectories(Path.of("target", "examples"));
      for (String name : List.of("files", "history", "waste", "progress")) {
        Path picture = browser.resolve(Path.of("target", name + ".png"));
        Path kept = pictures.resolve("browser-" + name + ".png");
        Files.deleteIfExists(kept);
        Files.copy(picture, kept);
      }
    }
  }

  /** The test kit is compiled with JUnit 5, and is for 6 as well. */
  @ParameterizedTest
  @ValueSource(strings = {"5.14.4", "6.1.3"})
  void theFixturesPassTheirTests(String junit) throws Exception {
    try (ExampleBuilds builds = ExampleBuilds.in(directory)) {
      Path fixtures = builds.copy("fixtures", "fixtures");
      String printed = builds.run(fixtures, "-X", "-Djunit.version=" + junit, "test");
      assertThat(printed).contains("junit-jupiter-engine-" + junit + ".jar");
      allRan(fixtures, "GateTest", "PolicyTest");
      // What a storage says it cannot do, the contract leaves out.
      assertThat(fixtures.resolve(Path.of("target", "surefire-reports")))
          .isDirectoryContaining("glob:**StorageTest*.xml");
    }
  }

  /** Maven fails if a test does; of these classes, none may have been left out. */
  private static void allRan(Path project, String... classes) throws Exception {
    Path reports = project.resolve(Path.of("target", "surefire-reports"));
    for (String name : classes) {
      try (Stream<Path> files = Files.list(reports)) {
        assertThat(files.filter(file -> file.toString().endsWith("." + name + ".xml")))
            .singleElement(InstanceOfAssertFactories.PATH)
            .content()
            .contains("skipped=\"0\"")
            .doesNotContain("tests=\"0\"");
      }
    }
  }
}
