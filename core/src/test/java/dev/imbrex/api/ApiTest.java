package dev.imbrex.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.condition.EnabledOnJre;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is offered changes only on purpose: the listings are beside the code, and part of a review.
 */
class ApiTest {
  static final Path ROOT = root();

  /**
   * With {@code -Dimbrex.api=write} it writes the listings instead. Listed as Java 17 shows it:
   * later releases add members to what is inherited.
   */
  @EnabledOnJre(JRE.JAVA_17)
  @ParameterizedTest
  @ValueSource(strings = {"platform", "manifest", "layers", "core"})
  void isAsListed(String module) throws IOException {
    Path file = ROOT.resolve("core/src/test/resources/api").resolve(module + ".txt");
    String offered = new ApiListing(ROOT, module).print();
    if ("write".equals(System.getProperty("imbrex.api"))) {
      Files.writeString(file, offered);
    }
    assertThat(offered.lines().count()).isGreaterThan(20);
    assertThat(offered.lines())
        .describedAs(
            "The exported API of %s differs from %s. If that is meant, run ApiTest with"
                + " -Dimbrex.api=write, commit the file, and say in the changelog what changed.",
            module, ROOT.relativize(file))
        .containsExactlyElementsOf(Files.readAllLines(file));
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    return Files.exists(here.resolve("README.md")) ? here : here.getParent();
  }
}
