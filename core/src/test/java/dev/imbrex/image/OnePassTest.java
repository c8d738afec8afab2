package dev.imbrex.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.imbrex.build.HandMade;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.layers.disk.DirectoryScanner;
import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.ExtractionReport;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Resolution;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An image that is extracted while its layers are read is the one whose layers are read for what
 * they say, and then once more for their files: the same on the disk, the same findings, the same
 * failures.
 */
class OnePassTest {
  private static final int CASES = 400;

  private static final DiffOptions EXACT =
      DiffOptions.standard()
          .withTimePrecision(DiffOptions.TimePrecision.NANOS)
          .withContents(DiffOptions.Contents.BY_BYTES)
          .withRootTime(true);

  private static final String[] PATHS = {"a", "b", "d/a", "d/b", "d/e/a", "d/e/b", "l/a", "l/e/b"};
  private static final String[] DIRECTORIES = {"", "d/", "d/e/", "l/"};

  @TempDir Path temporary;

  private interface Extraction {
    ExtractionReport to(Path target, Image image, ReadOptions reading) throws IOException;
  }

  /** What came of an extraction. */
  private record Outcome(FileTree tree, List<Object> told) {}

  private Outcome outcome(Extraction extraction, Path target, Image image, Resolution resolution)
      throws IOException {
    Findings findings = Findings.tolerant();
    ReadOptions reading = ReadOptions.defaults().withFindings(findings).withResolution(resolution);
    List<Object> told = new ArrayList<>();
    FileTree tree = FileTree.empty();
    try {
      told.add(extraction.to(target, image, reading));
      tree = DirectoryScanner.scan(target);
    } catch (ImageException e) {
      told.add(e.toString());
    }
    told.addAll(findings.all());
    return new Outcome(tree, told);
  }

  private static String item(Random random) {
    String path = PATHS[random.nextInt(PATHS.length)];
    return switch (random.nextInt(12)) {
      case 0, 1 -> DIRECTORIES[1 + random.nextInt(3)];
      case 2 -> path + "=" + PATHS[random.nextInt(PATHS.length)];
      case 3 -> (random.nextBoolean() ? "l" : path) + "->" + (random.nextBoolean() ? "d" : "/d/e");
      case 4 -> path.replaceFirst("[^/]*$", ".wh.$0");
      case 5 -> DIRECTORIES[random.nextInt(4)] + ".wh..wh..opq";
      case 6 -> "d".repeat(1 + random.nextInt(2)) + ":file";
      default -> path + ":" + "text ".repeat(random.nextInt(4)) + random.nextInt(1000);
    };
  }

  private static Image image(ImageStore store, Random random) throws IOException {
    ImageBuilder builder = ImageBuilder.scratch(store, Platform.of("linux", "amd64"));
    int height = 1 + random.nextInt(4);
    for (int i = 0; i < height; i++) {
      String[] items = new String[1 + random.nextInt(7)];
      for (int j = 0; j < items.length; j++) {
        items[j] = item(random);
      }
      builder.layer("layer " + i, HandMade.unreadLayer(store, items));
    }
    return builder.build();
  }

  @Test
  void isAsGoodAsTwo() throws IOException {
    int extracted = 0;
    for (int seed = 0; seed < CASES; seed++) {
      Random random = new Random(seed * 0x9E3779B97F4A7C15L);
      try (ImageStore store = ImageStore.on(new MemoryStorage())) {
        Image built = image(store, random);
        Resolution resolution = random.nextInt(4) == 0 ? Resolution.OVERLAY : Resolution.FLAT;
        ExtractOptions options =
            ExtractOptions.untrusted()
                .withOwners(ExtractOptions.Owners.CALLER)
                .withParallelism(1 + random.nextInt(3));
        // Another store remembers nothing.
        Image unread = ImageStore.on(store.storage()).load(built.descriptor());
        Path once = temporary.resolve("once");
        Path twice = temporary.resolve("twice");
        Outcome fast =
            outcome(
                (target, image, reading) -> image.extractTo(target, options, reading),
                once,
                unread,
                resolution);
        Outcome slow =
            outcome(
                (target, image, reading) ->
                    DirectoryWriter.write(
                        image.files(reading), target, options, reading.findings(), Progress.none()),
                twice,
                built,
                resolution);

        assertThat(fast.told()).as("seed %d", seed).isEqualTo(slow.told());
        assertThat(TreeDiff.between(slow.tree(), fast.tree(), EXACT)).as("seed %d", seed).isEmpty();
        extracted += slow.tree().size() > 0 ? 1 : 0;
        assertThat(temporary).isDirectoryNotContaining("glob:**.imbrex-*");
      }
      MoreFiles.deleteDirectoryContents(temporary, RecursiveDeleteOption.ALLOW_INSECURE);
    }
    assertThat(extracted).isGreaterThan(CASES / 3);
  }
}
