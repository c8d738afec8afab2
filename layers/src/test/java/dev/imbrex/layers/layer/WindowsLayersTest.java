package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.Blocks.Header;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.LayerSquash;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** LC-B77: what a layer says for Windows alone goes through views and rewrites as it is. */
class WindowsLayersTest {
  private static final String DESCRIPTOR = "AQAEgBQAAAAkAAAAAAAAADQAAAA=";

  /** A file with its attributes and descriptor, a junction, a hive of the registry. */
  private static byte[] layer(String attributes) {
    return Blocks.tar()
        .header(Header.of('5', "Files/"))
        .pax('x', "MSWINDOWS.fileattr", attributes, "MSWINDOWS.rawsd", DESCRIPTOR)
        .file("Files/a.txt", "text")
        .pax(
            'x',
            "MSWINDOWS.fileattr",
            "1040",
            "MSWINDOWS.mountpoint",
            "1",
            "MSWINDOWS.xattr.$KERNEL.PURGE",
            "")
        .header(Header.of('2', "Files/junction").link("C:\\Windows"))
        .header(Header.of('5', "Hives/"))
        .file("Hives/System_Delta", "hive")
        .end()
        .bytes();
  }

  private static List<LayerEntry> read(byte[] stored) throws IOException {
    List<LayerEntry> entries = new ArrayList<>();
    try (LayerReader reader =
        LayerReader.open(
            new ByteArrayInputStream(stored), LayerLimits.defaults(), Findings.strict())) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        entries.add(entry.toLayerEntry(Content.of(reader.data().readAllBytes())));
      }
    }
    return entries;
  }

  private static FileTree apply(FileTree lower, List<LayerEntry> layer) throws IOException {
    return lower.apply(layer, Findings.strict());
  }

  private static byte[] write(List<LayerEntry> entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerOptions options = LayerOptions.defaults().withCompression(Compression.NONE);
    LayerWriter.write(entries, options, out);
    return out.toByteArray();
  }

  private static Metadata metadata(FileTree tree, String path) {
    return tree.find(TreePath.of(path)).map(Node::metadata).orElseThrow();
  }

  @Test
  void writesTheRecordsThatItRead() throws IOException {
    FileTree tree = apply(FileTree.empty(), read(layer("32")));
    byte[] written = write(TreeDiff.between(FileTree.empty(), tree));
    String text = new String(written, ISO_8859_1);
    assertThat(text)
        .contains(Blocks.record("MSWINDOWS.fileattr", "32"))
        .contains(Blocks.record("MSWINDOWS.rawsd", DESCRIPTOR))
        .contains(
            Blocks.record("MSWINDOWS.fileattr", "1040")
                + Blocks.record("MSWINDOWS.mountpoint", "1")
                + Blocks.record("MSWINDOWS.xattr.$KERNEL.PURGE", ""))
        .contains("C:\\Windows")
        .doesNotContain("SCHILY");
    assertThat(apply(FileTree.empty(), read(written))).isEqualTo(tree);
  }

  @Test
  void seesAndSaysThatARecordChanged() throws IOException {
    FileTree before = apply(FileTree.empty(), read(layer("32")));
    FileTree after = apply(FileTree.empty(), read(layer("33")));
    List<LayerEntry> difference = TreeDiff.between(before, after);
    assertThat(difference)
        .extracting(entry -> entry.path().toString())
        .containsExactly("/Files", "/Files/a.txt");
    assertThat(apply(before, read(write(difference)))).isEqualTo(after);
  }

  @Test
  void keepsTheRecordsWhenLayersAreSquashed() throws IOException {
    byte[] upper = Blocks.tar().header(Header.of('5', "Files/")).file("Files/b", "").end().bytes();
    LayerSquash.Result squashed = LayerSquash.of(List.of(read(layer("32")), read(upper)));
    assertThat(squashed).isInstanceOf(LayerSquash.Squashed.class);
    List<LayerEntry> entries = List.copyOf(((LayerSquash.Squashed) squashed).entries());
    FileTree tree = apply(FileTree.empty(), read(write(entries)));
    assertThat(metadata(tree, "Files/a.txt").xattrs())
        .containsOnlyKeys(ByteString.of("MSWINDOWS.fileattr"), ByteString.of("MSWINDOWS.rawsd"))
        .containsValue(ByteString.of(DESCRIPTOR));
    assertThat(tree.find(TreePath.of("Hives/System_Delta"))).isPresent();
  }
}
