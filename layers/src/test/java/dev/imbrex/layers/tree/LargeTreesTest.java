package dev.imbrex.layers.tree;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerReader;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.layer.TarEntry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Some of the laws of LC-F on generated trees of 100,000 entries, changed in some thousand places:
 * LC-F1 to LC-F3, LC-F8 and LC-F9, and through the tar of each layer.
 */
class LargeTreesTest {
  private static final int DIRECTORIES = 400;
  private static final int FILES = 250;
  private static final int CHANGES = 4_000;
  private static final LayerOptions PLAIN =
      LayerOptions.defaults().withCompression(Compression.NONE);

  private static TreePath directory(Random random) {
    return TreePath.of("d" + random.nextInt(DIRECTORIES) % 20).child("e" + random.nextInt(20));
  }

  private static TreePath file(Random random) {
    return directory(random).child("f" + random.nextInt(FILES));
  }

  private static Node node(Random random) {
    Metadata metadata =
        Metadata.ofMode(random.nextInt(01000))
            .withOwner(random.nextInt(3), 0)
            .withMtime(Instant.ofEpochSecond(random.nextInt(1000)));
    return switch (random.nextInt(10)) {
      case 0 -> new Node.Symlink(metadata, ByteString.of("../e" + random.nextInt(20)));
      case 1 -> new Node.Fifo(metadata);
      case 2 -> new Node.Directory(metadata);
      default -> new Node.RegularFile(metadata, Content.text("t" + random.nextInt(50)));
    };
  }

  private static FileTree large(Random random) {
    TreeEditor editor = FileTree.empty().edit();
    for (int i = 0; i < DIRECTORIES; i++) {
      TreePath directory = TreePath.of("d" + i % 20).child("e" + i / 20);
      editor.put(directory, new Node.Directory(Metadata.forDirectory()));
      for (int j = 0; j < FILES; j++) {
        editor.put(directory.child("f" + j), node(random));
      }
    }
    return editor.toTree();
  }

  private static boolean isDirectory(TreeEditor editor, TreePath path) {
    return editor.find(path).filter(Node::isDirectory).isPresent();
  }

  /** Files and a few whole directories come, go, change and are linked to one another. */
  private static FileTree changed(FileTree tree, Random random) {
    TreeEditor editor = tree.edit();
    for (int i = 0; i < CHANGES; i++) {
      TreePath path = file(random);
      TreePath other = file(random);
      if (!isDirectory(editor, path.parent()) || !isDirectory(editor, other.parent())) {
        continue;
      }
      switch (random.nextInt(5)) {
        case 0 -> editor.remove(path);
        case 1 -> {
          boolean canLink = editor.find(path).filter(node -> !node.isDirectory()).isPresent();
          if (canLink && !other.equals(path)) {
            editor.link(other, path);
          }
        }
        case 2 ->
            editor.find(path).ifPresent(n -> editor.setMetadata(path, node(random).metadata()));
        default -> editor.put(path, node(random));
      }
    }
    for (int i = 0; i < 3; i++) {
      TreePath gone = directory(random);
      editor.remove(gone);
      editor.put(gone, node(random));
    }
    return editor.toTree();
  }

  /** The entries as they come back from a tar. */
  private static List<LayerEntry> throughTar(List<LayerEntry> entries) throws IOException {
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    LayerWriter.write(entries, PLAIN, tar);
    List<LayerEntry> read = new ArrayList<>();
    try (LayerReader reader = LayerReader.open(new ByteArrayInputStream(tar.toByteArray()))) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        read.add(entry.toLayerEntry(Content.of(reader.data().readAllBytes())));
      }
    }
    return read;
  }

  @Test
  void lawsHoldOnTreesOfAHundredThousandEntries() {
    DiffOptions exact = DiffOptions.standard().withRootTime(true);
    Generated.forSeeds(
        Math.max(1, Generated.cases(1)),
        random -> {
          FileTree a = large(random);
          assertThat(a.count()).isGreaterThan(100_000);
          FileTree b = changed(a, random);
          FileTree c = changed(b, random);
          List<LayerEntry> base = throughTar(TreeDiff.between(FileTree.empty(), a, exact));
          List<LayerEntry> one = throughTar(TreeDiff.between(a, b, exact));
          List<LayerEntry> two = throughTar(TreeDiff.between(b, c, exact));
          assertThat(one).hasSizeBetween(1_000, 30_000);

          assertThat(FileTree.empty().apply(base, Findings.strict()).equals(a)).isTrue();
          FileTree first = a.apply(one, Findings.strict());
          assertThat(TreeDiff.between(first, b, exact)).isEmpty();
          assertThat(first.equals(b)).isTrue();
          assertThat(first.apply(one, Findings.tolerant()).equals(b)).isTrue();
          assertThat(first.apply(two, Findings.strict()).equals(c)).isTrue();

          List<LayerEntry> squashed = LayerSquash.onto(a, List.of(one, two), Findings.tolerant());
          assertThat(a.apply(throughTar(squashed), Findings.tolerant()).equals(c)).isTrue();
          List<LayerEntry> all =
              LayerSquash.onto(FileTree.empty(), List.of(base, one, two), Findings.tolerant());
          assertThat(all).noneMatch(LayerEntry.Removal.class::isInstance);
          assertThat(FileTree.empty().apply(all, Findings.strict()).equals(c)).isTrue();
        });
  }
}
