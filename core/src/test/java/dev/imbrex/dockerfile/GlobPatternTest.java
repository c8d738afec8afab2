package dev.imbrex.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of Go's {@code filepath.Match} (SN-B17), with cases its documentation implies. */
class GlobPatternTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '~',
      value = {
        "abc abc true",
        "* abc true",
        "*c abc true",
        "a* a true",
        "a* abc true",
        "a* ab/c false",
        "a*/b abc/b true",
        "a*/b a/c/b false",
        "a*b*c*d*e*/f axbxcxdxe/f true",
        "a*b*c*d*e*/f axbxcxdxexxx/f true",
        "a*b*c*d*e*/f axbxcxdxe/xxx/f false",
        "a*b?c*x abxbbxdbxebxczzx true",
        "a*b?c*x abxbbxdbxebxczzy false",
        "ab[c] abc true",
        "ab[b-d] abc true",
        "ab[e-g] abc false",
        "ab[^c] abc false",
        "ab[^b-d] abc false",
        "ab[^e-g] abc true",
        "a\\*b a*b true",
        "a\\*b ab false",
        "a?b a☺b true",
        "a[^a]b a☺b true",
        "a???b a☺b false",
        "[a-ζ]* α true",
        "*[a-ζ] A false",
        "a?b a/b false",
        "a*b a/b false",
        "[\\]a] ] true",
        "[\\-] - true",
        "[x\\-] x true",
        "[x\\-] z false",
        "[\\-x] - true",
        "[\\-x] a false",
        "*x xxx true",
        "** a/b false",
        "??? abc true",
        "??? ab😀 true",
      })
  void matchesWholePaths(String pattern, String path, boolean expected) {
    assertThat(GlobPattern.parse(pattern).matches(path)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[]a]", "[-]", "[x-]", "[-x]", "[a-b-c]", "[", "[^", "[^bc", "a[", "\\"})
  void refusesWhatIsMalformed(String pattern) {
    assertThatThrownBy(() -> GlobPattern.parse(pattern))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Pattern");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "** a true",
        "** a/b/c true",
        "**/x x true",
        "**/x a/b/x true",
        "**/x a/bx false",
        "a/** a false",
        "a/** a/b/c true",
        "a/**/b a/b true",
        "a/**/b a/x/y/b true",
        "a/**/b ab false",
        "a**b ab true",
        "a**b ax/b true",
        "**.go x.go false",
        "**/*.go x/y.go true",
        "**/*.go y.go true",
      })
  void matchesAnyDepthIfDeep(String pattern, String path, boolean expected) {
    assertThat(GlobPattern.parseDeep(pattern).matches(path)).isEqualTo(expected);
  }

  @Test
  void takesNoLongerForHostilePatterns() {
    String pattern = "*a".repeat(500) + "b";
    assertThat(GlobPattern.parse(pattern).matches("a".repeat(5000))).isFalse();
  }

  @Test
  void knowsWhatIsAPattern() {
    assertThat(GlobPattern.hasWildcards("a/b.c-d")).isFalse();
    for (String text : new String[] {"*", "a?", "[a]", "\\a"}) {
      assertThat(GlobPattern.hasWildcards(text)).isTrue();
    }
  }

  /** By its definition: the path itself, or one of the directories it is in. */
  @Test
  void matchesDirectoriesOnTheWay() {
    List<String> patterns =
        List.of("a", "a/b", "*", "a*/?", "**/b", "**/b/c", "a/**", "[ab]/b", "b/**/c");
    List<String> names = List.of("a", "b", "c", "ab");
    int matched = 0;
    for (String text : patterns) {
      GlobPattern pattern = GlobPattern.parseDeep(text);
      for (int i = 0; i < 256; i++) {
        List<String> path = new ArrayList<>();
        boolean expected = false;
        for (int rest = i; path.size() < 4; rest /= 4) {
          path.add(names.get(rest % 4));
          expected |= pattern.matches(String.join("/", path));
        }
        String joined = String.join("/", path);
        assertThat(pattern.matchesWithParents(joined)).as(text + " " + joined).isEqualTo(expected);
        matched += expected ? 1 : 0;
      }
    }
    assertThat(matched).isBetween(500, 2000);
  }
}
