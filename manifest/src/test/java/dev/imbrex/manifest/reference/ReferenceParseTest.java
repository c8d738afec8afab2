package dev.imbrex.manifest.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.manifest.digest.Digest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReferenceParseTest {
  static final String HEX = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
  static final String SHA256 = "sha256:" + HEX;

  @Nested
  class Strict {
    /** SN-R1, SN-R3, SN-R7. */
    @ParameterizedTest(name = "{0}")
    @CsvSource(
        nullValues = "-",
        value = {
          // text, domain, path, tag
          "app, -, app, -",
          "app:1, -, app, 1",
          "app:5000, -, app, 5000",
          "a/b, a, b, -",
          "a/b/c:1, a, b/c, 1",
          "a/b:T, a, b, T",
          "docker.io/app, docker.io, app, -",
          "index.docker.io/app, index.docker.io, app, -",
          "library/app, library, app, -",
          "host:5000/app, host:5000, app, -",
          "host:5000/app:1, host:5000, app, 1",
          "host:99999999999999999999/app, host:99999999999999999999, app, -",
          "Host.Example.COM/app, Host.Example.COM, app, -",
          "HOST/app, HOST, app, -",
          "a-b/app, a-b, app, -",
          "a--b.c/app, a--b.c, app, -",
          "1.2.3.4:80/app, 1.2.3.4:80, app, -",
          "xn--n3h.com/app, xn--n3h.com, app, -",
          "[::1]/app, [::1], app, -",
          "[::1]:5000/app:1, [::1]:5000, app, 1",
          "[FC00:ab::01]/app, [FC00:ab::01], app, -",
          "[abc]/app, [abc], app, -",
          "[:::::::::]/app, [:::::::::], app, -",
          // an underscore makes it no domain, so it is the first part of the path
          "a_b/app, -, a_b/app, -",
          "a__b.c/app/x, -, a__b.c/app/x, -"
        })
    void takesTheGrammarAsItStands(String text, String domain, String path, String tag) {
      Reference reference = Reference.parseStrict(text);

      assertThat(reference.repository().domain().orElse(null)).isEqualTo(domain);
      assertThat(reference.repository().path()).isEqualTo(path);
      assertThat(reference.tag().orElse(null)).isEqualTo(tag);
      assertThat(reference.digest()).isEmpty();
      assertThat(reference).hasToString(text);
    }

    /** SN-R2. */
    @ParameterizedTest
    @ValueSource(
        strings = {
          "a",
          "0",
          "a.b",
          "a_b",
          "a__b",
          "a-b",
          "a--b",
          "a-----b",
          "a.b_c__d-e---f",
          "0.0",
          "a/b.c/d_e"
        })
    void readsAnySeparatorOnce(String path) {
      assertThat(Reference.parseStrict(path + "/" + path)).hasToString(path + "/" + path);
      assertThat(Reference.parse("x.y/" + path).repository().path()).isEqualTo(path);
    }

    /** SN-R4. */
    @ParameterizedTest
    @ValueSource(strings = {"1", "_", "A", "z", "_.-", "1.0-RC_1", "v1--.__", "9z"})
    void readsTags(String tag) {
      assertThat(Reference.parseStrict("app:" + tag).tag()).contains(tag);
      assertThat(Reference.isTag(tag)).isTrue();
      assertThat(Reference.requireTag(tag)).isEqualTo(tag);
    }

    @Test
    void readsTheLongestTag() {
      String tag = "t".repeat(128);

      assertThat(Reference.parseStrict("app:" + tag).tag()).contains(tag);
    }

    /** SN-R5. */
    @Test
    void readsADigest() {
      String sha512 = "sha512:" + HEX + HEX;

      assertThat(Reference.parseStrict("app@" + SHA256).digest()).contains(Digest.parse(SHA256));
      assertThat(Reference.parseStrict("app@" + sha512).digest()).contains(Digest.parse(sha512));
      assertThat(Reference.parseStrict("a.b:1/c/d:e@" + SHA256))
          .hasToString("a.b:1/c/d:e@" + SHA256)
          .satisfies(r -> assertThat(r.tag()).contains("e"));
    }

    /** SN-R11 is of normalising alone. */
    @Test
    void readsAnIdAsAName() {
      assertThat(Reference.parseStrict(HEX).repository().path()).isEqualTo(HEX);
    }

    /** SN-R6: the domain, the tag and the digest do not count. */
    @Test
    void countsThePathOnly() {
      String path = "p".repeat(255);
      String text = "d".repeat(300) + ".example/" + path + ":" + "t".repeat(128) + "@" + SHA256;

      assertThat(Reference.parseStrict(text).repository().path()).isEqualTo(path);
      assertThat(Reference.parse(text)).hasToString(text);
    }
  }

  @Nested
  class Normalising {
    @ParameterizedTest(name = "{0}")
    @CsvSource({
      // SN-R8: no slash
      "app, docker.io/library/app",
      "app:1, docker.io/library/app:1",
      "localhost, docker.io/library/localhost",
      "localhost:5000, docker.io/library/localhost:5000",
      "example.com, docker.io/library/example.com",
      "host:5000, docker.io/library/host:5000",
      "docker.io, docker.io/library/docker.io",
      "library, docker.io/library/library",
      // SN-R9: with a slash
      "a/b, docker.io/a/b",
      "a/b/c:T, docker.io/a/b/c:T",
      "a_b/c, docker.io/a_b/c",
      "a--b/c, docker.io/a--b/c",
      "library/app, docker.io/library/app",
      "library/a/b, docker.io/library/a/b",
      "localhost/app, localhost/app",
      "localhost/a/b, localhost/a/b",
      "localhost:80/app, localhost:80/app",
      "localhosts/app, docker.io/localhosts/app",
      "LOCALHOST/app, LOCALHOST/app",
      "Foo/bar, Foo/bar",
      "fOO/bar, fOO/bar",
      "a.b/c, a.b/c",
      "a:1/c, a:1/c",
      "1.2.3.4/c, 1.2.3.4/c",
      "[::1]/c, [::1]/c",
      "[::1]:80/c:d, [::1]:80/c:d",
      "docker.io/app, docker.io/library/app",
      "docker.io/app:1, docker.io/library/app:1",
      "docker.io/a/b, docker.io/a/b",
      "docker.io/library/app, docker.io/library/app",
      "docker.io/localhost, docker.io/library/localhost",
      "docker.io/localhost/app, docker.io/localhost/app",
      "index.docker.io/app, docker.io/library/app",
      "index.docker.io/a/b:1, docker.io/a/b:1",
      "index.docker.io/library/app, docker.io/library/app",
      "Docker.io/app, Docker.io/app",
      "docker.io:443/app, docker.io:443/app",
      "registry-1.docker.io/app, registry-1.docker.io/app",
      "ghcr.io/app, ghcr.io/app",
      // SN-R10: not of the tag, not of the domain
      "REG.example/app:TAG, REG.example/app:TAG"
    })
    void completesTheName(String text, String full) {
      Reference reference = Reference.parse(text);

      assertThat(reference).hasToString(full);
      assertThat(Reference.parse(full)).isEqualTo(reference).hasSameHashCodeAs(reference);
      assertThat(Reference.parseCanonical(full)).isEqualTo(reference);
      assertThat(Reference.parseAny(text)).isEqualTo(reference);
      assertThat(reference.repository().domain()).contains(reference.repository().requireDomain());
    }

    @Test
    void addsNoTag() {
      assertThat(Reference.parse("app").isNameOnly()).isTrue();
    }

    /** SN-R13: the parse keeps both. */
    @Test
    void keepsTagAndDigest() {
      assertThat(Reference.parse("app:1@" + SHA256))
          .hasToString("docker.io/library/app:1@" + SHA256);
    }

    /** SN-R11. */
    @ParameterizedTest(name = "{0}")
    @ValueSource(
        strings = {
          "docker.io/" + HEX,
          "localhost/" + HEX,
          "library/" + HEX,
          "a/" + HEX,
          HEX + ":1",
          HEX + "@" + SHA256,
          "a" + HEX,
          HEX + "/a"
        })
    void readsAnIdThatIsNotBareAsAName(String text) {
      assertThat(Reference.parse(text).toString()).contains(HEX);
    }

    @Test
    void readsOneDigitMoreOrLessThanAnIdAsAName() {
      assertThat(Reference.parse(HEX.substring(1)))
          .hasToString("docker.io/library/" + HEX.substring(1));
      assertThat(Reference.parse(HEX + "0")).hasToString("docker.io/library/" + HEX + "0");
      assertThat(Reference.parse(HEX.substring(1) + "g"))
          .hasToString("docker.io/library/" + HEX.substring(1) + "g");
    }

    /** SN-R6: what normalising puts in front counts. */
    @Test
    void countsTheCompletedPath() {
      assertThat(Reference.parse("a".repeat(247)).repository().path()).hasSize(255);
      assertThat(InvalidReferenceTest.reasonOf(() -> Reference.parse("a".repeat(248))))
          .isEqualTo(InvalidReferenceException.Reason.TOO_LONG);
    }
  }

  @Nested
  class Any {
    /** SN-R14. */
    @Test
    void readsAnIdAsADigest() {
      assertThat(Reference.parseAny(HEX))
          .isEqualTo(new DigestReference(Digest.parse(SHA256)))
          .hasToString(SHA256);
    }

    @Test
    void readsADigestAsADigest() {
      assertThat(Reference.parseAny(SHA256)).isInstanceOf(DigestReference.class);
      assertThat(Reference.parseAny(SHA256).digest()).contains(Digest.parse(SHA256));
      assertThat(Reference.parseAny("sha512:" + HEX + HEX)).isInstanceOf(DigestReference.class);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"app:1", "sha256:abc", "sha384:" + HEX, "a/b", "sha256", "blake3:" + HEX})
    void readsAllElseAsAName(String text) {
      assertThat(Reference.parseAny(text)).isEqualTo(Reference.parse(text));
    }

    @Test
    void hasTwoKinds() {
      assertThat(AnyReference.class.getPermittedSubclasses())
          .containsExactlyInAnyOrder(Reference.class, DigestReference.class);
    }
  }

  /** SN-R15. */
  @ParameterizedTest
  @ValueSource(
      strings = {"app", "a/b", "docker.io/app", "index.docker.io/library/app", "library/app:1"})
  void refusesAsCanonicalWhatIsShort(String text) {
    assertThat(InvalidReferenceTest.reasonOf(() -> Reference.parseCanonical(text)))
        .isEqualTo(InvalidReferenceException.Reason.NOT_CANONICAL);
  }
}
