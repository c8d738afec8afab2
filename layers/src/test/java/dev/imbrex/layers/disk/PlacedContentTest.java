package dev.imbrex.layers.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.internal.calls.NioCalls;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.LayerWriter;
import dev.imbrex.layers.layer.TarWriter;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Files that are read one beside the other, through directories that stay open. */
@Timeout(60)
class PlacedContentTest {
  private static final LayerOptions PLAIN =
      LayerOptions.defaults().withCompression(Compression.NONE);

  @TempDir Path temporary;

  private Path directory(String name) throws IOException {
    Path root = Files.createDirectories(temporary.resolve(name));
    for (String file : List.of("a", "d/b", "d/c", "d/sub/e", "d/sub/f", "d/z", "g/h", "i")) {
      Path path = root.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, file);
      Files.setLastModifiedTime(path, FileTime.from(Instant.ofEpochSecond(5)));
    }
    return root;
  }

  private static FileTree scan(FaultyCalls calls, Path root) throws IOException {
    return DirectoryScanner.scan(
        calls.calls(), root, ScanOptions.standard(), Findings.tolerant(), Progress.none());
  }

  private static FaultyCalls nio() {
    return new FaultyCalls(NioCalls.instance());
  }

  @Test
  void aLayerOpensEachDirectoryOnceAndClosesIt() throws IOException {
    Path root = directory("root");
    FaultyCalls calls = nio();
    List<LayerEntry> entries = TreeDiff.between(FileTree.empty(), scan(calls, root));
    ByteArrayOutputStream alone = new ByteArrayOutputStream();
    TarWriter tar = TarWriter.to(alone, TimePolicy.seconds());
    for (LayerEntry entry : entries) {
      tar.add(entry);
    }
    tar.finish();
    calls.made().clear();
    ByteArrayOutputStream layer = new ByteArrayOutputStream();
    LayerWriter.write(entries, PLAIN, layer);

    assertThat(layer.toByteArray()).isEqualTo(alone.toByteArray());
    assertThat(calls.made().stream().filter(call -> call.startsWith("openDirectory")))
        .containsExactly("openDirectory d", "openDirectory sub", "openDirectory g");
    assertThat(calls.open()).isZero();
  }

  /** LC-A57: the directory may be the old one, the file must be the one that was scanned. */
  @Test
  void aFileThatIsReplacedMeanwhileIsFound() throws IOException {
    Path root = directory("root");
    FaultyCalls calls = nio();
    List<LayerEntry> entries =
        new ArrayList<>(TreeDiff.between(FileTree.empty(), scan(calls, root)));
    entries.removeIf(entry -> entry.path().depth() > 0 && !entry.path().startsWith(path("d")));
    LayerWriter layer = LayerWriter.to(OutputStream.nullOutputStream(), PLAIN);
    try (layer) {
      for (LayerEntry entry : entries) {
        if (entry.path().equals(path("d/c"))) {
          Files.move(root.resolve("d/b"), root.resolve("d/c"), StandardCopyOption.REPLACE_EXISTING);
          assertThatThrownBy(() -> layer.add(entry))
              .isInstanceOf(FileChangedException.class)
              .hasMessageContaining("another file has taken its place");
          break;
        }
        layer.add(entry);
      }
      assertThat(calls.open()).isPositive();
    }
    assertThat(calls.open()).isZero();
  }

  @Test
  void treesOfOneDirectoryAndOfTwoAreCompared() throws IOException {
    Path one = directory("one");
    Path two = directory("two");
    Files.writeString(two.resolve("d/sub/f"), "D/sub/f");
    Files.setLastModifiedTime(two.resolve("d/sub/f"), FileTime.from(Instant.ofEpochSecond(5)));
    FaultyCalls calls = nio();
    FileTree before = scan(calls, one);
    FileTree after = scan(calls, two);
    DiffOptions options =
        DiffOptions.standard()
            .withContents(DiffOptions.Contents.BY_BYTES)
            .withDirectoryTimes(false);
    calls.made().clear();

    assertThat(TreeDiff.between(before, after, options))
        .extracting(LayerEntry::path)
        .containsExactly(path("d"), path("d/sub"), path("d/sub/f"));
    assertThat(calls.made().stream().filter(call -> call.startsWith("openDirectory")))
        .hasSize(2 * 3);
    assertThat(calls.open()).isZero();
  }

  private static TreePath path(String path) {
    return TreePath.of(path);
  }
}
