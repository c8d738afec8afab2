package dev.imbrex.guest;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.guest.Attempt.Way;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** How long operations took to stop, as a table. */
final class Latencies {
  private final StringBuilder table =
      new StringBuilder("| operation | takes, ms | told by | stops, ms: median | most |\n")
          .append("|---|---:|---|---:|---:|\n");

  void add(LongOperation operation, Way way, long nanos, List<Long> latencies) {
    List<Long> sorted = latencies.stream().sorted().toList();
    table.append(
        String.format(
            Locale.ROOT,
            "| %s | %s | %s | %.1f | %.1f |\n",
            operation,
            operation.isEndless() ? "" : nanos / 1_000_000,
            way == Way.INTERRUPTED ? "interrupt" : "progress",
            sorted.get(sorted.size() / 2) / 1e6,
            sorted.get(sorted.size() - 1) / 1e6));
  }

  void writeTo(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, table, UTF_8);
  }
}
