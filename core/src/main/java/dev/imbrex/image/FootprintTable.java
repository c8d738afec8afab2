package dev.imbrex.image;

import dev.imbrex.manifest.config.HumanUnits;
import java.util.ArrayList;
import java.util.List;

/** Prints a {@link Footprint} as a table. */
final class FootprintTable {
  private static final String GAP = "   ";
  private static final List<String> HEADINGS =
      List.of("IMAGE", "NAMES", "SIZE", "SHARED", "UNIQUE", "STORED", "SHARED", "UNIQUE");

  private FootprintTable() {}

  static String print(Footprint footprint) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(HEADINGS);
    for (Footprint.Line line : footprint.images()) {
      rows.add(
          List.of(
              line.id().shortId(),
              line.names().isEmpty() ? "<none>" : String.join(", ", line.names()),
              HumanUnits.size(line.content().size()),
              HumanUnits.size(line.content().shared()),
              HumanUnits.size(line.content().unique()),
              HumanUnits.size(line.stored().size()),
              HumanUnits.size(line.stored().shared()),
              HumanUnits.size(line.stored().unique())));
    }
    StringBuilder out = new StringBuilder();
    int[] widths = widths(rows);
    for (List<String> row : rows) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < row.size(); i++) {
        text.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length())).append(GAP);
      }
      out.append(text.toString().stripTrailing()).append('\n');
    }
    return out.append(totals("file content", footprint.content()))
        .append(totals("as stored", footprint.stored()))
        .toString();
  }

  private static String totals(String basis, Footprint.Totals totals) {
    return "Used, shared layers counted once ("
        + basis
        + "): "
        + HumanUnits.size(totals.used())
        + ", reclaimable "
        + HumanUnits.size(totals.reclaimable())
        + '\n';
  }

  private static int[] widths(List<List<String>> rows) {
    int[] widths = new int[HEADINGS.size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return widths;
  }
}
