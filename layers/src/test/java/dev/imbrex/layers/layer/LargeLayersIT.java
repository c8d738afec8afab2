package dev.imbrex.layers.layer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.layers.testing.ChildJvm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * LC-C38: memory depends on the number of entries, and not on the size of files or layers. With
 * {@code -Dimbrex.large=true} a file of 20 GiB is taken, which needs as much disk, and a million
 * entries.
 */
class LargeLayersIT {
  private static final boolean IS_LARGE = Boolean.getBoolean("imbrex.large");

  /** How much of the heap one entry takes, its path, its node and what leads to its content. */
  private static final long MOST_BYTES = 400;

  /** LC-F19: 300 MB go through 32 MiB, 20 GiB through 64. */
  @Test
  void writesReadsAndExtractsAFileManyTimesTheHeap(@TempDir Path directory) throws IOException {
    long size = IS_LARGE ? 20L << 30 : 300_000_000;
    ChildJvm.run(
        IS_LARGE ? "64m" : "32m", LargeLayers.class, "file", "" + size, directory.toString());
    assertThat(directory.resolve("files/large")).hasSize(size);
  }

  @Test
  void indexesManyEntriesInLittleMemory() throws IOException {
    long entries = IS_LARGE ? 1_000_000 : 50_000;
    String printed =
        ChildJvm.run(IS_LARGE ? "512m" : "48m", LargeLayers.class, "entries", "" + entries);
    if (IS_LARGE) {
      System.err.print(printed);
    }
    Matcher matcher = Pattern.compile("index and tree (\\d+)").matcher(printed);
    assertThat(matcher.find()).as(printed).isTrue();
    assertThat(Long.parseLong(matcher.group(1))).isLessThan(MOST_BYTES);
  }
}
