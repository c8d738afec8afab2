package dev.imbrex.layers.tree;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import dev.imbrex.layers.disk.DirectoryDraft;
import dev.imbrex.layers.disk.DirectoryScanner;
import dev.imbrex.layers.disk.DirectoryUpdate;
import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.ScanOptions;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerReader;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.layer.TarEntry;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The view of layers, the directory they are extracted to and the one layer they are flattened to
 * show the same files, and are refused together: those the naive model has (LC-M8, LC-F11).
 */
class FacesTest {
  private static final int CASES = Generated.cases(2000);
  private static final int DISK_CASES = 300;

  @TempDir Path temporary;

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

  /**
   * LC-E2, LC-F11: extracted at once, after files of all layers were put there in any order, and
   * layer by layer into one directory.
   */
  @Test
  void directoriesAreThoseOfTheNaiveModel() {
    assumeTrue(isRootOnLinux(), "owners and devices need root on Linux");
    int[] applied = new int[1];
    Generated.forSeeds(
        DISK_CASES,
        random -> {
          List<List<LayerEntry>> layers = layers(random);
          String expected = naive(layers);
          Path extracted = temporary.resolve("extracted");
          Path drafted = temporary.resolve("drafted");
          Path updated = temporary.resolve("updated");
          try {
            List<LayerEntry> read = new ArrayList<>();
            FileTree view = view(layers, read);
            DirectoryWriter.write(view, extracted, ExtractOptions.trusted());
            Collections.shuffle(read, random);
            int threads = 1 + random.nextInt(3);
            draft(view, read, drafted, ExtractOptions.trusted().withParallelism(threads));
            update(updated, layers);
          } catch (MalformedContentException e) {
            assertThat(expected).as(e.getMessage()).isEqualTo("refused");
            MoreFiles.deleteDirectoryContents(temporary, RecursiveDeleteOption.ALLOW_INSECURE);
            return;
          }
          assertThat(NaiveTree.dump(scanned(extracted))).isEqualTo(expected);
          assertThat(NaiveTree.dump(scanned(drafted))).isEqualTo(expected);
          assertThat(NaiveTree.dump(scanned(updated))).isEqualTo(expected);
          assertThat(temporary).isDirectoryNotContaining("glob:**.imbrex-*");
          MoreFiles.deleteDirectoryContents(temporary, RecursiveDeleteOption.ALLOW_INSECURE);
          applied[0]++;
        });
    if (System.getProperty("imbrex.seed") == null) {
      assertThat(applied[0]).isGreaterThan(DISK_CASES / 5);
    }
  }

  private static boolean isRootOnLinux() {
    try {
      return System.getProperty("os.name").equals("Linux")
          && Files.getAttribute(Path.of("/proc/self"), "unix:uid").equals(0);
    } catch (IOException e) {
      return false;
    }
  }

  private static void update(Path directory, List<List<LayerEntry>> layers) throws IOException {
    DirectoryWriter.write(FileTree.empty(), directory, ExtractOptions.trusted());
    for (List<LayerEntry> layer : layers) {
      DirectoryUpdate.apply(
          read(ForeignTar.of(layer)),
          directory,
          ScanOptions.standard(),
          ExtractOptions.trusted(),
          Findings.tolerant(),
          Progress.none());
    }
  }

  /** The tree of a directory, contents read, so that it can be compared as text. */
  static FileTree scanned(Path directory) throws IOException {
    FileTree tree = DirectoryScanner.scan(directory);
    TreeEditor editor = tree.edit();
    for (FileTree.Entry entry : tree.walk().toList()) {
      List<TreePath> names = tree.linksOf(entry.path());
      if (entry.node() instanceof Node.RegularFile file && names.get(0).equals(entry.path())) {
        editor.put(
            entry.path(), new Node.RegularFile(file.metadata(), new TextContent(text(file))));
        for (TreePath other : names.subList(1, names.size())) {
          editor.link(other, entry.path());
        }
      }
    }
    return editor.toTree();
  }

  private static String text(Node.RegularFile file) throws IOException {
    try (InputStream in = file.content().open()) {
      return new String(in.readAllBytes(), US_ASCII);
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
    return view(layers, new ArrayList<>());
  }

  private static FileTree view(List<List<LayerEntry>> layers, List<LayerEntry> read)
      throws IOException {
    FileTree tree = FileTree.empty();
    for (List<LayerEntry> layer : layers) {
      List<LayerEntry> entries = read(ForeignTar.of(layer));
      tree = tree.apply(entries, Findings.tolerant());
      read.addAll(entries);
    }
    return tree;
  }

  /** Writes a tree after files of these entries were offered, which may be of the tree. */
  static void draft(FileTree tree, List<LayerEntry> offered, Path target, ExtractOptions options)
      throws IOException {
    try (DirectoryDraft draft =
        DirectoryDraft.begin(target, options, Findings.tolerant(), Progress.none(), -1)) {
      for (LayerEntry entry : offered) {
        if (entry instanceof LayerEntry.Present present
            && present.node() instanceof Node.RegularFile file) {
          try (InputStream data = file.content().open()) {
            draft.offer(entry.path(), file, data);
          }
        }
      }
      draft.write(tree);
    }
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
