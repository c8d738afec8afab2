package dev.imbrex.dockerfile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables of SN-B22; patterns are separated by commas, which stand for line ends. */
class IgnorePatternsTest {
  private static IgnorePatterns parse(String patterns) {
    return IgnorePatterns.parse(patterns.replace(',', '\n'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "a | a | true",
        "a | a/b/c | true",
        "a | ab | false",
        "a | b/a | false",
        "/a | a | true",
        "a/ | a/b | true",
        "./a//b/../c | a/c | true",
        "*.log | x.log | true",
        "*.log | d/x.log | false",
        "*/*.log | d/x.log | true",
        "**/*.log | x.log | true",
        "**/*.log | d/e/x.log | true",
        "d/** | d | false",
        "d/** | d/x/y | true",
        "** | x | true",
        "* | x/y | true",
        "*,!x | x | false",
        "*,!x | x/y | false",
        "*,!x | z | true",
        "*,!d/x | d/x | false",
        "*,!d/x | d/z | true",
        "!x,* | x | true",
        "*,!x,x/y | x/y | true",
        "*,!x,x/y | x/z | false",
        "a? | ab | true",
        "a? | a/ | false",
        "[a-c]x | bx | true",
        "[^a-c]x | bx | false",
        "a\\*b | a*b | true",
        "a\\*b | axb | false",
        "a.b+(c)$ | a.b+(c)$ | true",
        "a.b | axb | false",
        "#a | #a | false",
        "~ #a~ | #a | true",
        "\\#a | #a | true",
        "  a   | a | true",
        "! a,a,! a | a | false",
        "../a | a | false",
        ". | a | false",
        "/ | a | false",
        "d,!d/*.md,d/no.md | d/yes.md | false",
        "d,!d/*.md,d/no.md | d/no.md | true",
        "d,!d/*.md,d/no.md | d/x | true",
        "**/node_modules | a/b/node_modules/c | true",
        "node_modules | a/node_modules | false",
      })
  void excludes(String patterns, String path, boolean expected) {
    assertThat(parse(patterns).excludes(path)).isEqualTo(expected);
  }

  @Test
  void neverExcludesTheRoot() {
    assertThat(parse("**,*,.").excludes("")).isFalse();
    assertThat(parse("**,*,.").excludes(".")).isFalse();
  }

  @Test
  void looksIntoDirectoriesThatAreOnlyPartlyOut() {
    IgnorePatterns ignore = parse("*,!a/b/*.md,!**/keep");
    assertThat(ignore.excludes("a")).isTrue();
    assertThat(ignore.mayIncludeBelow("a")).isTrue();
    assertThat(parse("*,!a/b").mayIncludeBelow("c")).isFalse();
    assertThat(parse("*,!a/b").mayIncludeBelow("a/c")).isFalse();
    assertThat(parse("*,!**/x").mayIncludeBelow("c/d")).isTrue();
    assertThat(parse("*,a").mayIncludeBelow("a")).isFalse();
  }

  @Test
  void dropsAByteOrderMarkAndKnowsAllLineEnds() {
    IgnorePatterns ignore = IgnorePatterns.parse("\ufeffa\r\n\r\nb".getBytes(UTF_8));
    assertThat(ignore.excludes("a")).isTrue();
    assertThat(ignore.excludes("b")).isTrue();
    assertThat(ignore.isEmpty()).isFalse();
    assertThat(IgnorePatterns.parse("# x\n\n").isEmpty()).isTrue();
  }

  @Test
  void refusesWhatIsMalformed() {
    assertThatThrownBy(() -> parse("a,!"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Line 2");
    assertThatThrownBy(() -> parse("a[")).hasMessageContaining("\"a[\"");
  }
}
