package dev.imbrex.manifest.reference;

import static dev.imbrex.manifest.reference.ReferenceParseTest.SHA256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.imbrex.manifest.reference.InvalidReferenceException.Reason;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SN-R16. */
class ReferencePatternTest {
  @ParameterizedTest(name = "{0} on {1}")
  @CsvSource({
    // reference, pattern, familiar, any form
    "app:1, app, true, true",
    "app:1, app:1, true, true",
    "app:1, app:2, false, false",
    "app:1, a*, true, true",
    "app:1, *:1, true, true",
    "app:1, ?pp, true, true",
    "app:1, [a-c]pp:[0-9], true, true",
    "app:1, [^a]pp, false, false",
    "app:1, ap, false, false",
    "app:1, pp, false, false",
    "app:1, App, false, false",
    "app:1, docker.io/library/app, false, true",
    "app:1, docker.io/library/app:1, false, true",
    "app:1, */*/app, false, true",
    "app:1, '', false, false",
    "a/b:1, *, false, false",
    "a/b:1, a/*, true, true",
    "a/b:1, */b, true, true",
    "a/b:1, a?b, false, false",
    "a/b:1, docker.io/*/b, false, true",
    "a.b/c/d, a.b/*, false, false",
    "a.b/c/d, a.b/*/*, true, true",
    "a.b/c/d, a.b/**, false, false",
    "a.b/c/d, a?b/c/d, true, true",
    "host:5000/a:1, host:*/a, true, true"
  })
  void matchesTheNameWithAndWithoutTag(
      String reference, String pattern, boolean familiar, boolean anyForm) {
    Reference parsed = Reference.parse(reference);

    assertThat(parsed.matches(pattern)).isEqualTo(familiar);
    assertThat(ReferencePattern.parse(pattern).matches(parsed)).isEqualTo(familiar);
    assertThat(ReferencePattern.parse(pattern).matchesAnyForm(parsed)).isEqualTo(anyForm);
  }

  @Test
  void matchesADigestLikeATag() {
    Reference reference = Reference.parse("app@" + SHA256);

    assertThat(reference.matches("app")).isTrue();
    assertThat(reference.matches("app@sha256:ba78*")).isTrue();
    assertThat(reference.matches("app@sha512:*")).isFalse();
  }

  /** Against path.Match of Go, which Docker uses. */
  @Test
  void agreesWithGo() {
    List<String[]> rows = PeerTable.rows("go-path-match.tsv", 3);

    assertThat(rows).hasSizeGreaterThan(700);
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(verdict(row[0], row[1])).as(String.join(" ", row)).isEqualTo(row[2]));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[", "[a", "[]", "[^", "[^]", "[a-]", "[-a]", "[a-", "[\\", "\\", "a\\", "x[", "*["
      })
  void refusesABadPattern(String pattern) {
    // whether or not the text would match so far
    assertThatExceptionOfType(InvalidReferenceException.class)
        .isThrownBy(() -> Reference.parse("zzz").matches(pattern))
        .satisfies(
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.INVALID_PATTERN);
              assertThat(e.input()).isEqualTo(pattern);
              assertThat(e.getMessage()).startsWith("Reference pattern \"");
            });
  }

  @Test
  void isEqualByItsText() {
    assertThat(ReferencePattern.parse("a*"))
        .isEqualTo(ReferencePattern.parse("a*"))
        .hasSameHashCodeAs(ReferencePattern.parse("a*"))
        .isNotEqualTo(ReferencePattern.parse("a**"))
        .hasToString("a*");
  }

  @Test
  @Timeout(60)
  void endsOnPatternsThatWouldBacktrackForEver() {
    Reference reference = Reference.parse("a".repeat(247) + ":" + "a".repeat(128));
    Stream.of("*a", "*", "[^x]", "*[a-z]*?", "\\a", "[" + "a-z".repeat(300_000) + "]*")
        .map(part -> part.repeat(1_000_000 / part.length()))
        .forEach(
            pattern -> {
              assertThat(reference.matches(pattern + "/b")).isFalse();
            });
  }

  private static String verdict(String pattern, String name) {
    try {
      return String.valueOf(ReferencePattern.parse(pattern).matches(name));
    } catch (InvalidReferenceException e) {
      return "bad";
    }
  }
}
