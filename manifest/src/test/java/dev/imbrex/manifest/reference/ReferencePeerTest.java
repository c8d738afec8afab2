package dev.imbrex.manifest.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.manifest.reference.InvalidReferenceException.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the library that Docker, containerd and the registry parse with makes of the same input. */
class ReferencePeerTest {
  private static final int INPUT = 0;
  private static final int FULL = 1;
  private static final int FAMILIAR = 2;
  private static final int STRICT_DOMAIN = 3;
  private static final int STRICT_PATH = 4;

  private final List<String[]> rows = PeerTable.rows("distribution-reference.tsv", 5);

  @Test
  void seesBothGoodAndBadInput() {
    assertThat(rows).filteredOn(row -> row[FULL].equals("!")).hasSizeGreaterThan(400);
    assertThat(rows).filteredOn(row -> !row[FULL].equals("!")).hasSizeGreaterThan(400);
  }

  @Test
  void normalisesAlike() {
    assertThat(rows)
        .allSatisfy(
            row -> {
              if (row[FULL].startsWith("?")) {
                // The peer reads "a_b.c/d" as a path without a domain, which is no normalised name.
                assertThat(InvalidReferenceTest.reasonOf(() -> Reference.parse(row[INPUT])))
                    .isEqualTo(Reason.INVALID_FORMAT);
              } else {
                assertThat(normalised(row[INPUT]))
                    .as(row[INPUT])
                    .containsExactly(row[FULL], row[FAMILIAR]);
              }
            });
  }

  @Test
  void readsStrictlyAlike() {
    assertThat(rows)
        .allSatisfy(
            row ->
                assertThat(strict(row[INPUT]))
                    .as(row[INPUT])
                    .containsExactly(row[STRICT_DOMAIN], row[STRICT_PATH]));
  }

  private static List<String> normalised(String input) {
    try {
      Reference reference = Reference.parse(input);
      return List.of(reference.toString(), reference.familiar());
    } catch (InvalidReferenceException e) {
      return List.of("!", "!");
    }
  }

  private static List<String> strict(String input) {
    try {
      Repository repository = Reference.parseStrict(input).repository();
      return List.of(repository.domain().orElse(""), repository.path());
    } catch (InvalidReferenceException e) {
      return List.of("!", "!");
    }
  }
}
