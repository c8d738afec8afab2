package dev.imbrex.manifest.reference;

import static dev.imbrex.manifest.reference.ReferenceParseTest.HEX;
import static dev.imbrex.manifest.reference.ReferenceParseTest.SHA256;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.reference.InvalidReferenceException.Reason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReferenceTest {
  private static final Digest DIGEST = Digest.parse(SHA256);

  @Nested
  class ShortForms {
    /** SN-R12. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({
      // full, familiar, shortest
      "docker.io/library/app, app, app",
      "docker.io/library/app:1, app:1, app:1",
      "docker.io/a/b, a/b, a/b",
      "docker.io/a/b/c:1, a/b/c:1, a/b/c:1",
      "docker.io/library/a/b, library/a/b, library/a/b",
      "docker.io/library/library, library, library",
      "docker.io/library/library/a, library/library/a, library/library/a",
      "docker.io/libraryx/a, libraryx/a, libraryx/a",
      "docker.io/library/localhost, localhost, localhost",
      "docker.io/library/example.com, example.com, example.com",
      "localhost/app, localhost/app, localhost/app",
      "a.b/library/app, a.b/library/app, a.b/library/app",
      "docker.io:443/library/app, docker.io:443/library/app, docker.io:443/library/app",
      // the familiar form would be read as another registry's
      "docker.io/localhost/app, localhost/app, docker.io/localhost/app",
      "docker.io/example.com/app, example.com/app, docker.io/example.com/app",
      "docker.io/docker.io/app, docker.io/app, docker.io/docker.io/app",
      "docker.io/index.docker.io/a/b:1, index.docker.io/a/b:1, docker.io/index.docker.io/a/b:1"
    })
    void dropWhatIsUnderstood(String full, String familiar, String shortest) {
      Reference reference = Reference.parseCanonical(full);

      assertThat(reference.familiar()).isEqualTo(familiar);
      assertThat(reference.shortest()).isEqualTo(shortest);
      assertThat(Reference.parse(shortest)).isEqualTo(reference);
    }

    @Test
    void keepTheDomainBeforeAnId() {
      Reference bare = Reference.parse("docker.io/library/" + HEX);

      assertThat(bare.familiar()).isEqualTo(HEX);
      assertThat(bare.shortest()).isEqualTo("docker.io/" + HEX);
      assertThat(Reference.parse(bare.shortest())).isEqualTo(bare);
      assertThat(bare.withTag("1").shortest()).isEqualTo(HEX + ":1");
      assertThat(bare.withDigest(DIGEST).shortest()).isEqualTo(HEX + "@" + SHA256);
      assertThat(bare.repository().shortest()).isEqualTo("docker.io/" + HEX);
    }

    @Test
    void keepTagAndDigest() {
      Reference both = Reference.parse("app:1@" + SHA256);

      assertThat(both.familiar()).isEqualTo("app:1@" + SHA256);
      assertThat(both.shortest()).isEqualTo("app:1@" + SHA256);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
      "app, app, app",
      "a/b, a/b, a/b",
      "docker.io/app, app, docker.io/app",
      "index.docker.io/app, index.docker.io/app, index.docker.io/app",
      "docker.io/library/app, app, app"
    })
    void ofWhatWasNotNormalisedAddNothing(String text, String familiar, String shortest) {
      Reference reference = Reference.parseStrict(text);

      assertThat(reference.familiar()).isEqualTo(familiar);
      assertThat(reference.shortest()).isEqualTo(shortest);
    }
  }

  @Nested
  class Changing {
    private final Reference name = Reference.parse("app");
    private final Reference tagged = Reference.parse("app:1");
    private final Reference digested = Reference.parse("app@" + SHA256);
    private final Reference both = Reference.parse("app:1@" + SHA256);

    @Test
    void replacesOnePartAndKeepsTheOther() {
      assertThat(name.withTag("1")).isEqualTo(tagged);
      assertThat(digested.withTag("1")).isEqualTo(both);
      assertThat(both.withTag("2")).hasToString("docker.io/library/app:2@" + SHA256);
      assertThat(name.withDigest(DIGEST)).isEqualTo(digested);
      assertThat(tagged.withDigest(DIGEST)).isEqualTo(both);
      assertThat(both.withoutTag()).isEqualTo(digested);
      assertThat(both.withoutDigest()).isEqualTo(tagged);
      assertThat(both.withoutDigest().withoutTag()).isEqualTo(name);
      assertThat(name.withoutTag().withoutDigest()).isEqualTo(name);
      assertThat(name.repository().withTag("1")).isEqualTo(tagged);
      assertThat(name.repository().withDigest(DIGEST)).isEqualTo(digested);
      assertThat(both.repository().toReference()).isEqualTo(name);
    }

    /** What cannot be read back is not made (SN-D3). */
    @Test
    void refusesADigestThatVerifiesNothing() {
      Digest unknown = Digest.parse("blake3:" + HEX);

      assertThat(InvalidReferenceTest.reasonOf(() -> name.withDigest(unknown)))
          .isEqualTo(Reason.UNSUPPORTED_DIGEST);
    }

    /** SN-R13. */
    @Test
    void addsTheDefaultTagOnRequest() {
      assertThat(name.withDefaultTag()).hasToString("docker.io/library/app:latest");
      assertThat(tagged.withDefaultTag()).isEqualTo(tagged);
      assertThat(digested.withDefaultTag()).isEqualTo(digested);
      assertThat(both.withDefaultTag()).isEqualTo(both);
    }

    /** SN-R13. */
    @Test
    void resolvesAsDockerDoes() {
      assertThat(name.resolved()).hasToString("docker.io/library/app:latest");
      assertThat(tagged.resolved()).isEqualTo(tagged);
      assertThat(digested.resolved()).isEqualTo(digested);
      assertThat(both.resolved()).isEqualTo(digested);
    }

    @Test
    void tellsWhetherThereIsOnlyAName() {
      assertThat(Stream.of(name, tagged, digested, both).filter(Reference::isNameOnly))
          .containsExactly(name);
    }
  }

  /** SN-R17. */
  @Test
  void isOrderedByNameThenTagThenDigest() {
    String low = "sha256:" + "0".repeat(64);
    List<String> sorted =
        List.of(
            "a.b/c",
            "a.b/c@" + low,
            "a.b/c@" + SHA256,
            "a.b/c:1",
            "a.b/c:1@" + low,
            "a.b/c:1@" + SHA256,
            "a.b/c:2",
            "a.b/c-d:1",
            "a.b/c/d");

    // '-' is before ':' and '/', so the printed forms would sort otherwise
    assertThat(sorted.stream().map(Reference::parse)).isSorted();
    assertThat(
            Stream.of(sorted.get(8), sorted.get(3), sorted.get(0)).map(Reference::parse).sorted())
        .map(Reference::toString)
        .containsExactly(sorted.get(0), sorted.get(3), sorted.get(8));
    assertThat(sorted.stream().map(Reference::parse).distinct()).hasSize(sorted.size());
  }

  @Test
  void isEqualByThePrintedForm() {
    assertThat(Reference.parse("app"))
        .isEqualTo(Reference.parseStrict("docker.io/library/app"))
        .isEqualByComparingTo(Reference.parseStrict("docker.io/library/app"))
        .hasSameHashCodeAs(Reference.parseStrict("docker.io/library/app"))
        .isNotEqualTo(Reference.parseStrict("app"))
        .isNotEqualTo("docker.io/library/app");
    assertThat(Reference.parse("docker.io/app")).isNotEqualTo(Reference.parse("Docker.io/app"));
  }
}
