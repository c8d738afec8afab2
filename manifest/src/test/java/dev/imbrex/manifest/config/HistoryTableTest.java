package dev.imbrex.manifest.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** SN-C10, SN-C11. */
class HistoryTableTest {
  private static final Instant NOW = Instant.ofEpochSecond(1795464849L);
  private static final Digest ID =
      Digest.parse("sha256:f41fcb28e1ec0123456789abcdef0123456789abcdef0123456789abcdef0123");

  private static String resource(String name) {
    try (InputStream in = HistoryTableTest.class.getResourceAsStream("history/" + name)) {
      return new String(in.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<HistoryRow> rows() {
    List<HistoryRow> rows = new ArrayList<>();
    for (String line : resource("rows.txt").split("\u001e\n", 0)) {
      String[] fields = line.split("\u001f", -1);
      rows.add(
          new HistoryRow(
              fields[0].equals("<missing>")
                  ? Optional.empty()
                  : Optional.of(Digest.parse(fields[0])),
              Optional.of(Instant.ofEpochSecond(Long.parseLong(fields[1]))),
              fields[2],
              OptionalLong.of(Long.parseLong(fields[3])),
              fields[4],
              List.of()));
    }
    assertThat(rows).hasSize(160);
    return rows;
  }

  private static HistoryTable table(ZoneId zone) {
    return HistoryTable.of(rows(), NOW, zone);
  }

  private static HistoryRow row(String createdBy) {
    return new HistoryRow(
        Optional.of(ID),
        Optional.of(NOW.minusSeconds(200)),
        createdBy,
        OptionalLong.of(1180),
        "",
        List.of());
  }

  private static String print(HistoryRow... rows) {
    return HistoryTable.of(List.of(rows), NOW, ZoneOffset.UTC).print();
  }

  @Nested
  class LikeDocker {
    @Test
    void printsForPeople() {
      assertThat(table(ZoneOffset.UTC).print()).isEqualTo(resource("human.txt"));
    }

    @Test
    void printsUncut() {
      assertThat(table(ZoneOffset.UTC).withFullText().print()).isEqualTo(resource("no-trunc.txt"));
    }

    @Test
    void printsIds() {
      assertThat(table(ZoneOffset.UTC).withIdsOnly().print()).isEqualTo(resource("quiet.txt"));
      assertThat(table(ZoneOffset.UTC).withIdsOnly().withFullText().print())
          .isEqualTo(resource("quiet-no-trunc.txt"));
    }

    @Test
    void printsPlainNumbersInLocalTime() {
      assertThat(table(ZoneOffset.UTC).withPlainNumbers().print())
          .isEqualTo(resource("plain-utc.txt"));
      assertThat(table(ZoneId.of("Europe/Berlin")).withPlainNumbers().print())
          .isEqualTo(resource("plain-berlin.txt"));
      assertThat(table(ZoneId.of("America/St_Johns")).withFullText().withPlainNumbers().print())
          .isEqualTo(resource("plain-no-trunc-st-johns.txt"));
    }
  }

  @Test
  void printsOnlyTheHeaderWhenThereAreNoRows() {
    assertThat(print()).isEqualTo("IMAGE     CREATED   CREATED BY   SIZE      COMMENT\n");
  }

  @Test
  void showsWhatIsUnknown() {
    HistoryRow unknown =
        new HistoryRow(
            Optional.empty(), Optional.empty(), "", OptionalLong.empty(), "imported", List.of());
    assertThat(print(unknown))
        .isEqualTo(
            """
            IMAGE       CREATED   CREATED BY   SIZE      COMMENT
            <missing>   N/A                    N/A       imported
            """);
    assertThat(HistoryTable.of(List.of(unknown), NOW, ZoneOffset.UTC).withPlainNumbers().print())
        .contains("0001-01-01T00:00:00Z");
  }

  @Test
  void cutsACommandAtFortyFiveCells() {
    assertThat(print(row("x".repeat(45)))).contains("x".repeat(45));
    assertThat(print(row("x".repeat(46)))).contains(" " + "x".repeat(44) + "… ");
    // 22 wide characters are 44 cells, so there is no room for half of the next one.
    assertThat(print(row("界".repeat(23)))).contains(" " + "界".repeat(22) + "… ");
    assertThat(print(row("a" + "界".repeat(23)))).contains(" a" + "界".repeat(21) + "… ");
  }

  @Test
  void showsNoTimeUpToTheFirstSecondOfTheYear2000() {
    Instant epoch = Instant.parse("2000-01-01T00:00:00Z");
    assertThat(print(at(epoch))).contains("N/A");
    assertThat(print(at(epoch.plusMillis(999)))).contains("N/A");
    assertThat(print(at(epoch.plusSeconds(1)))).contains("26 years ago");
  }

  /** The layers and steps of what Docker's classic builder made; it printed these sizes and ids. */
  private static HistoryRow at(Instant created) {
    return new HistoryRow(
        Optional.of(ID), Optional.of(created), "", OptionalLong.of(0), "", List.of());
  }
}
