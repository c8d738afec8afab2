package dev.imbrex.manifest.reference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/** Reads what another program said: lines of tab-separated columns, comments first. */
final class PeerTable {
  private PeerTable() {}

  static List<String[]> rows(String resource, int columns) {
    try (InputStream in = requireNonNull(PeerTable.class.getResourceAsStream(resource))) {
      return new String(in.readAllBytes(), UTF_8)
          .lines()
          .dropWhile(line -> line.startsWith("# "))
          .map(line -> line.split("\t", columns))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
