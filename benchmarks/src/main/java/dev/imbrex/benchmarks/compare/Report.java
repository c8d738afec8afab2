package dev.imbrex.benchmarks.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes outcomes for machines and for people: {@code results.json}, {@code .md}, {@code .svg}. */
record Report(String machine, List<Outcome> outcomes) {
  void writeTo(Path directory) throws IOException {
    Files.createDirectories(directory);
    new ObjectMapper()
        .enable(SerializationFeature.INDENT_OUTPUT)
        .writeValue(directory.resolve("results.json").toFile(), this);
    Files.writeString(directory.resolve("results.md"), table());
    Files.writeString(directory.resolve("results.svg"), new RatioPlot(outcomes).svg());
  }

  String table() {
    StringBuilder table = new StringBuilder(machine).append("\n\n");
    table.append(
        "| job | input | who | s: median (least, most) | MB written | ours / this | aim |"
            + " B allocated an entry | MiB at most |\n");
    table.append("|---|---|---|---|---|---|---|---|---|\n");
    for (Outcome outcome : outcomes) {
      for (Outcome.Row row : outcome.rows()) {
        boolean isOurs = row.equals(outcome.rows().get(0));
        table.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %s | %.3f (%.3f, %.3f) | %s | %s | %s | %s | %s |%n",
                isOurs ? outcome.job() : "",
                isOurs ? outcome.input() : "",
                row.name().replace("|", "\\|"),
                row.median(),
                row.least(),
                row.most(),
                row.bytes() == 0 ? "" : String.format(Locale.ROOT, "%.1f", row.bytes() / 1e6),
                isOurs ? "" : String.format(Locale.ROOT, "%.2f", row.ratio()),
                aim(row),
                known(row.weight().allocated(), outcome.entries()),
                known(row.weight().peak(), 1 << 20)));
      }
    }
    return table.toString();
  }

  private static String known(long bytes, long unit) {
    return bytes < 0 || unit == 0 ? "" : String.valueOf(Math.round((double) bytes / unit));
  }

  private static String aim(Outcome.Row row) {
    if (row.target() == 0) {
      return "";
    }
    String aim = String.format(Locale.ROOT, "at most %.2f", row.target());
    return row.isReached() ? aim : "**" + aim + "**";
  }
}
