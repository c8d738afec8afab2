package dev.imbrex.dockerfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Tables of SN-B10 and SN-B11. What dash prints for the same words is the judge where it can be.
 */
class ExpansionTest {
  private static final Map<String, String> VALUES =
      Map.of(
          "a", "one",
          "empty", "",
          "b_2", "two",
          "path", "/usr/lib/libx.so.1",
          "s", "x  y",
          "star", "a*b",
          "ä", "umlaut",
          "q", "'\"$a",
          "words", " p q ");

  private static final Expansion EXPANSION = Expansion.of(VALUES, '\\');

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      emptyValue = "",
      nullValues = "NULL",
      value = {
        "$a | one",
        "${a} | one",
        "x$a.y${b_2}z | xone.ytwoz",
        "$a$a | oneone",
        "$b_2 | two",
        "$nothing. | .",
        "${nothing}. | .",
        "$1x | x",
        "$12x | x",
        "$@$*$#$?$-$!$0. | .",
        "$$a | a",
        "$ | $",
        "$. | $.",
        "a$ | a$",
        "$ä | umlaut",
        "'$a' | $a",
        "\"$a\" | one",
        "\"'$a'\" | 'one'",
        "'\"$a\"' | \"$a\"",
        "\\$a | $a",
        "\\\\$a | \\one",
        "\\a\\b | ab",
        "\"\\a\\$a\\\"\\\\\" | \\a$a\"\\",
        "'\\' | \\",
        "a' 'b\" \"c | a b c",
        "a\\ b | a b",
        "x\\ | x",
        "$q | '\"$a",
        "${a:-w} | one",
        "${empty:-w} | w",
        "${nothing:-w} | w",
        "${a-w} | one",
        "${empty-w}. | .",
        "${nothing-w} | w",
        "${a:+w} | w",
        "${empty:+w}. | .",
        "${nothing:+w}. | .",
        "${a+w} | w",
        "${empty+w} | w",
        "${nothing+w}. | .",
        "${a:?w} | one",
        "${empty?w}. | .",
        "${nothing:-$a} | one",
        "${nothing:-${empty:-${b_2}}} | two",
        "${nothing:-'$a'} | $a",
        "${nothing:-\"$a}\"} | one}",
        "${nothing:-a\\}b} | a}b",
        "${nothing:-}. | .",
        "${path#*/} | usr/lib/libx.so.1",
        "${path##*/} | libx.so.1",
        "${path%/*} | /usr/lib",
        "${path%%/*}. | .",
        "${path%.*} | /usr/lib/libx.so",
        "${path%%.*} | /usr/lib/libx",
        "${path#/usr} | /lib/libx.so.1",
        "${path#usr} | /usr/lib/libx.so.1",
        "${path#????} | /lib/libx.so.1",
        "${path##*}. | .",
        "${path#*}. | /usr/lib/libx.so.1.",
        "${path%} | /usr/lib/libx.so.1",
        "${star#a\\*} | b",
        "${star%\\*b} | a",
        "${nothing#x}. | .",
        "${a#[o]} | one",
        "${path/lib/LIB} | /usr/LIB/libx.so.1",
        "${path//lib/LIB} | /usr/LIB/LIBx.so.1",
        "${path//\\//-} | -usr-lib-libx.so.1",
        "${path/l*x/_} | /usr/_.so.1",
        "${path//?/x} | xxxxxxxxxxxxxxxxxx",
        "${path/nothing/x} | /usr/lib/libx.so.1",
        "${path/.so/} | /usr/lib/libx.1",
        "${path/lib/$a} | /usr/one/libx.so.1",
        "${path/$b_2/x} | /usr/lib/libx.so.1",
      })
  void expandsToOneWord(String text, String expected) {
    assertThat(EXPANSION.word(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'a",
        "\"a",
        "\"a\\",
        "${a",
        "${",
        "${}",
        "${{a}}",
        "${:-a}",
        "${a:}",
        "${a:=b}",
        "${a=b}",
        "${a:#b}",
        "${a:%b}",
        "${a^}",
        "${a b}",
        "${a:-b",
        "${a/b}",
        "${a/b/c",
        "${a#\\x}",
        "${a#b\\",
        "${a:-${b}",
        "${a:-'}",
      })
  void refusesWhatIsMalformed(String text) {
    assertThatThrownBy(() -> EXPANSION.word(text))
        .isInstanceOf(ExpansionException.class)
        .hasMessageMatching("(?s).{10,}");
  }

  @Test
  void failsWithTheMessageGiven() {
    assertThatThrownBy(() -> EXPANSION.word("${nothing:?say $a}"))
        .isInstanceOf(ExpansionException.class)
        .hasMessage("nothing: say one");
    assertThatThrownBy(() -> EXPANSION.word("${empty:?}"))
        .hasMessage("empty: is not allowed to be empty or unset");
    assertThatThrownBy(() -> EXPANSION.word("${nothing?}"))
        .hasMessage("nothing: is not allowed to be unset");
  }

  @Test
  void splitsWordsAfterExpansion() {
    assertThat(EXPANSION.words("a$words b")).containsExactly("a", "p", "q", "b");
    assertThat(EXPANSION.words("$s \"$s\" '' x")).containsExactly("x", "y", "x  y", "x");
    assertThat(EXPANSION.words("a\\ b \"\"c")).containsExactly("a b", "c");
    assertThat(EXPANSION.words(" $empty ")).isEmpty();
  }

  @Test
  void leavesQuotesInDocuments() {
    assertThat(EXPANSION.document("'$a' \"${b_2}\" it's \\$a \\\\\n"))
        .isEqualTo("'one' \"two\" it's $a \\\n");
  }

  @Test
  void knowsTheOtherEscapeCharacter() {
    Expansion backtick = Expansion.of(VALUES, '`');
    assertThat(backtick.word("c:\\$a`$a\"`\"\"")).isEqualTo("c:\\one$a\"");
  }

  @Test
  void isBoundedInDepth() {
    assertThat(EXPANSION.word("${n:-".repeat(150) + "}".repeat(150))).isEmpty();
    assertThatThrownBy(() -> EXPANSION.word("${n:-".repeat(20_000) + "}".repeat(20_000)))
        .isInstanceOf(ExpansionException.class);
  }
}
