package dev.imbrex.manifest.reference;

import static dev.imbrex.manifest.reference.ReferenceParseTest.SHA256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.imbrex.manifest.reference.InvalidReferenceException.Reason;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RepositoryTest {
  @Test
  void isTheNameOfAReference() {
    Repository repository = Repository.parse("app");

    assertThat(repository).hasToString("docker.io/library/app");
    assertThat(repository.requireDomain()).isEqualTo("docker.io");
    assertThat(repository.path()).isEqualTo("library/app");
    assertThat(repository.familiar()).isEqualTo("app");
    assertThat(repository).hasSameHashCodeAs(Repository.parse("docker.io/library/app"));
    assertThat(repository).isEqualTo(Reference.parse("app:1@" + SHA256).repository());
    assertThat(Repository.parseStrict("a/b"))
        .hasToString("a/b")
        .isNotEqualTo(Repository.parse("a/b"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"app:1", "host:5000", "app@" + SHA256, "a.b/c:1"})
  void hasNeitherTagNorDigest(String text) {
    assertThat(InvalidReferenceTest.reasonOf(() -> Repository.parse(text)))
        .isEqualTo(Reason.INVALID_FORMAT);
    assertThat(InvalidReferenceTest.reasonOf(() -> Repository.parseStrict(text)))
        .isEqualTo(Reason.INVALID_FORMAT);
  }

  @Test
  void hasNoDomainOnlyIfReadStrictly() {
    Repository bare = Repository.parseStrict("app");

    assertThat(bare.domain()).isEmpty();
    assertThatIllegalStateException()
        .isThrownBy(bare::requireDomain)
        .withMessage("Repository \"app\" has no domain");
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, a/b, localhost/a/b",
    "a:1, b, a:1/b",
    "docker.io, app, docker.io/library/app",
    "index.docker.io, a/b, docker.io/a/b",
    "[::1], b, [::1]/b",
    "REG, b, REG/b"
  })
  void isMadeOfDomainAndPath(String domain, String path, String full) {
    assertThat(Repository.of(domain, path)).hasToString(full).isEqualTo(Repository.parse(full));
  }

  @ParameterizedTest
  @CsvSource({
    "registry, app",
    "'', app",
    "a.b, ''",
    "a.b/c, d",
    "a_b.c, d",
    "a.b:, c",
    "a.b, c:1",
    "a.b, /c",
    "a.b, c/"
  })
  void isNotMadeOfWhatWouldBeReadOtherwise(String domain, String path) {
    assertThat(InvalidReferenceTest.reasonOf(() -> Repository.of(domain, path)))
        .isEqualTo(Reason.INVALID_FORMAT);
  }

  @Test
  void isOrderedByItsText() {
    assertThat(Stream.of("b/a", "a.b/c", "a").map(Repository::parse).sorted())
        .map(Repository::toString)
        .containsExactly("a.b/c", "docker.io/b/a", "docker.io/library/a");
  }
}
