package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.StreamedContent;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TarTreeTest {
  @TempDir Path directory;

  private static FileTree tree(String text) {
    return FileTree.empty()
        .edit()
        .put(TreePath.of("d/a"), file(text))
        .put(TreePath.of("d/b"), file("second ".repeat(1000)))
        .put(TreePath.of("z"), file(""))
        .link(TreePath.of("hard"), TreePath.of("d/a"))
        .toTree();
  }

  private static Node file(String text) {
    return new Node.RegularFile(Metadata.forFile(), Content.text(text));
  }

  private Path write(FileTree tree, Compression compression) throws IOException {
    Path tar = directory.resolve("rootfs." + compression);
    List<LayerEntry> entries = TreeDiff.between(FileTree.empty(), tree);
    try (OutputStream out = Files.newOutputStream(tar)) {
      LayerWriter.write(entries, LayerOptions.defaults().withCompression(compression), out);
    }
    return tar;
  }

  /** Contents are read again as the tree was read: within its limits, and with its names. */
  @Test
  void readsContentsByTheRulesOfTheTree() throws IOException {
    Path tar = directory.resolve("rootfs.tar.gz");
    byte[] bytes =
        Blocks.tar()
            .file("../first", "1")
            .pax('x', "comment", "c".repeat(1 << 20))
            .file("second", "2")
            .end()
            .bytes();
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(tar))) {
      out.write(bytes);
    }
    LayerRules clamping = LayerRules.defaults().withClimbingNames(ClimbingNames.CLAMP);
    LayerRules rules = clamping.withLimits(LayerLimits.defaults().withExtensionBytes(1 << 21));
    FileTree tree = TarTree.read(tar, rules, Findings.tolerant());
    assertThat(text(tree, "first")).isEqualTo("1");
    assertThat(text(tree, "second")).isEqualTo("2");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    StreamedContent second = content(tree, "second");
    second.stream()
        .read(List.of(second, content(tree, "first")), (file, data) -> data.transferTo(all));
    assertThat(all.toString(UTF_8)).isEqualTo("12");
    assertThatThrownBy(() -> TarTree.read(tar, clamping, Findings.tolerant()))
        .isInstanceOf(LimitExceededException.class);
    assertThatThrownBy(
            () ->
                TarTree.read(
                    tar, rules.withClimbingNames(ClimbingNames.REFUSE), Findings.tolerant()))
        .isInstanceOf(MalformedContentException.class);
  }

  private static StreamedContent content(FileTree tree, String path) {
    Node node = tree.find(TreePath.of(path)).orElseThrow();
    return (StreamedContent) ((Node.RegularFile) node).content();
  }

  private static String text(FileTree tree, String path) throws IOException {
    try (InputStream in = tree.open(TreePath.of(path))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP", "ZSTD"})
  void readsEachFileFromTheTar(Compression compression) throws IOException {
    FileTree tree = TarTree.read(write(tree("first"), compression));

    assertThat(text(tree, "d/b")).isEqualTo("second ".repeat(1000));
    assertThat(text(tree, "d/a")).isEqualTo("first");
    assertThat(text(tree, "z")).isEmpty();
    assertThat(tree.linksOf(TreePath.of("d/a"))).contains(TreePath.of("hard"));
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP"})
  void readsManyFilesInOnePass(Compression compression) throws IOException {
    FileTree tree = TarTree.read(write(tree("first"), compression));
    List<StreamedContent> wanted = new ArrayList<>();
    for (String path : List.of("z", "d/b", "d/a")) {
      Node node = tree.find(TreePath.of(path)).orElseThrow();
      wanted.add((StreamedContent) ((Node.RegularFile) node).content());
    }
    List<Long> sizes = new ArrayList<>();
    wanted.get(0).stream()
        .read(wanted, (content, data) -> sizes.add((long) data.readAllBytes().length));
    assertThat(sizes).containsExactly(5L, 7000L, 0L);
  }

  @Test
  void noticesThatTheTarIsAnotherOne() throws IOException {
    Path tar = write(tree("first"), Compression.GZIP);
    FileTree tree = TarTree.read(tar);
    StreamedContent content =
        (StreamedContent)
            ((Node.RegularFile) tree.find(TreePath.of("d/a")).orElseThrow()).content();
    write(tree("other"), Compression.GZIP);
    assertThatThrownBy(() -> content.stream().read(List.of(content), (c, data) -> {}))
        .isInstanceOf(DigestMismatchException.class)
        .hasMessageContaining("rootfs");
  }

  @Test
  void failsWhereTheTarWasCutOff() throws IOException {
    Path tar = write(tree("first"), Compression.NONE);
    FileTree tree = TarTree.read(tar);
    byte[] bytes = Files.readAllBytes(tar);
    Files.write(tar, Arrays.copyOf(bytes, 3000));
    assertThatThrownBy(() -> text(tree, "d/b"))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("ends");
    assertThatThrownBy(() -> TarTree.read(tar)).isInstanceOf(MalformedContentException.class);
    assertThatThrownBy(() -> TarTree.read(directory.resolve("none")))
        .isInstanceOf(NoSuchFileException.class);
  }
}
