package dev.imbrex.layers.tree;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerReader;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.layer.TarEntry;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The view of layers, the directory they are extracted to and the one layer they are flattened to
 * show the same files, and are refused together: those the naive model has (LC-M8, LC-F11).
 */
class FacesTest {
  private static final int CASES = 2000;

  @Test
  void viewAndFlattenedLayerAreThoseOfTheNaiveModel() {
    int[] applied = new int[1];
    Generated.forSeeds(
        CASES,
        random -> {
          String expected = null;
          FileTree view = null;
          try {
            List<List<LayerEntry>> layers = layers(random);
            expected = naive(layers);
            view = view(layers);
          } catch (MalformedContentException e) {
            assertThat(expected).as(e.getMessage()).isEqualTo("refused");
            return;
          }
          assertThat(NaiveTree.dump(view)).isEqualTo(expected);
          assertThat(NaiveTree.dump(flattened(view))).isEqualTo(expected);
          applied[0]++;
        });
    if (System.getProperty("imbrex.seed") == null) {
      assertThat(applied[0]).isGreaterThan(CASES / 4);
    }
  }

  private static List<List<LayerEntry>> layers(Random random) {
    RandomTrees trees = new RandomTrees(random);
    List<List<LayerEntry>> layers = new ArrayList<>();
    int count = 1 + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      layers.add(trees.layer(1 + random.nextInt(6)));
    }
    return layers;
  }

  private static String naive(List<List<LayerEntry>> layers) {
    NaiveTree tree = new NaiveTree();
    try {
      for (List<LayerEntry> layer : layers) {
        tree.apply(layer);
      }
    } catch (NaiveTree.Refused e) {
      return "refused";
    }
    return tree.dump();
  }

  /** What the layers make when they come as archives of another writer. */
  private static FileTree view(List<List<LayerEntry>> layers) throws IOException {
    FileTree tree = FileTree.empty();
    for (List<LayerEntry> layer : layers) {
      tree = tree.apply(read(ForeignTar.of(layer)), Findings.tolerant());
    }
    return tree;
  }

  /** The tree as one layer that our writer makes of it and our reader reads (LC-E4). */
  private static FileTree flattened(FileTree view) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    LayerWriter.write(
        TreeDiff.between(
            FileTree.empty(),
            view,
            DiffOptions.standard().withRootTime(true).withDirectoryTimes(true)),
        LayerOptions.defaults(),
        bytes);
    List<LayerEntry> layer = read(bytes.toByteArray());
    assertThat(layer)
        .noneMatch(e -> e instanceof LayerEntry.Removal || e instanceof LayerEntry.Opaque);
    return FileTree.empty().apply(layer, Findings.strict());
  }

  private static List<LayerEntry> read(byte[] layer) throws IOException {
    List<LayerEntry> entries = new ArrayList<>();
    try (LayerReader reader = LayerReader.open(new ByteArrayInputStream(layer))) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        String text = new String(reader.data().readAllBytes(), US_ASCII);
        entries.add(entry.toLayerEntry(new TextContent(text)));
      }
    }
    return entries;
  }
}
