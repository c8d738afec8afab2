package dev.imbrex.manifest.config;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;

/**
 * The history of an image as {@code docker history} prints it (SN-C11).
 *
 * <pre>{@code
 * IMAGE          CREATED       CREATED BY                   SIZE      COMMENT
 * f41fcb28e1ec   3 weeks ago   CMD ["bash"]                 0B        buildkit.dockerfile.v0
 * <missing>      3 weeks ago   COPY /rootfs / # buildkit    74.8MB    buildkit.dockerfile.v0
 * }</pre>
 *
 * <p>Immutable. Neither the clock nor the default time zone is read.
 */
public final class HistoryTable {
  private static final String MISSING = "<missing>";
  private static final String UNKNOWN = "N/A";
  private static final int CREATED_BY_CELLS = 45;

  /** Times up to here are what tools write that want none, and not shown to people. */
  private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

  private final List<HistoryRow> rows;
  private final Instant now;
  private final ZoneId zone;
  private final boolean full;
  private final boolean human;
  private final boolean idsOnly;

  private HistoryTable(
      List<HistoryRow> rows,
      Instant now,
      ZoneId zone,
      boolean full,
      boolean human,
      boolean idsOnly) {
    this.rows = rows;
    this.now = now;
    this.zone = zone;
    this.full = full;
    this.human = human;
    this.idsOnly = idsOnly;
  }

  /**
   * A table for people: short ids, cut commands, rounded sizes, times relative to now.
   *
   * @param rows the steps, newest first
   * @param now the time to which "ago" refers
   * @param zone where {@link #withPlainNumbers} shows local time
   */
  public static HistoryTable of(List<HistoryRow> rows, Instant now, ZoneId zone) {
    return new HistoryTable(
        List.copyOf(rows),
        requireNonNull(now, "now"),
        requireNonNull(zone, "zone"),
        false,
        true,
        false);
  }

  /** A copy that shows ids and commands whole ({@code --no-trunc}). */
  public HistoryTable withFullText() {
    return new HistoryTable(rows, now, zone, true, human, idsOnly);
  }

  /** A copy that shows sizes in bytes and times in RFC 3339 ({@code --human=false}). */
  public HistoryTable withPlainNumbers() {
    return new HistoryTable(rows, now, zone, full, false, idsOnly);
  }

  /** A copy that shows ids and nothing else, with no header ({@code --quiet}). */
  public HistoryTable withIdsOnly() {
    return new HistoryTable(rows, now, zone, full, human, true);
  }

  /** The table as text; every line ends in a line feed. */
  public String print() {
    return idsOnly ? printIds() : printTable();
  }

  private String printIds() {
    StringBuilder ids = new StringBuilder();
    rows.forEach(row -> ids.append(id(row)).append('\n'));
    return ids.toString();
  }

  private String printTable() {
    TextTable table =
        TextTable.of(
            List.of("IMAGE", human ? "CREATED" : "CREATED AT", "CREATED BY", "SIZE", "COMMENT"));
    for (HistoryRow row : rows) {
      table.addRow(List.of(id(row), created(row), createdBy(row), size(row), row.comment()));
    }
    return table.print();
  }

  private String id(HistoryRow row) {
    return row.id().map(id -> full ? id.toString() : id.shortId()).orElse(MISSING);
  }

  private String created(HistoryRow row) {
    Instant created = row.created().orElse(Timestamps.ZERO);
    if (!human) {
      return Timestamps.localSeconds(created, zone);
    }
    // Docker's times are whole seconds by the time they get here.
    Instant second = Instant.ofEpochSecond(created.getEpochSecond());
    return second.isAfter(EPOCH) ? HumanUnits.ago(Duration.between(second, now)) : UNKNOWN;
  }

  private String createdBy(HistoryRow row) {
    String createdBy = row.createdBy().replace('\t', ' ');
    return full ? createdBy : HumanUnits.cut(createdBy, CREATED_BY_CELLS);
  }

  private String size(HistoryRow row) {
    if (row.size().isEmpty()) {
      return UNKNOWN;
    }
    long size = row.size().getAsLong();
    return human ? HumanUnits.size(size) : Long.toString(size);
  }
}
