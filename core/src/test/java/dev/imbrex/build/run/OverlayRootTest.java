package dev.imbrex.build.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What of an upper directory goes into the layer of a command: LC-A6, LC-A14, LC-A16, LC-A29. */
class OverlayRootTest {
  private static final Instant THEN = Instant.ofEpochSecond(1_000_000_000);
  private static final Instant NOW = THEN.plusSeconds(7);

  private final TreeEditor editor = FileTree.empty().edit();
  private FileTree lower;

  @BeforeEach
  void makeLower() {
    for (String path : List.of("/etc", "/etc/apt", "/opt")) {
      editor.put(TreePath.of(path), directory(0755, THEN));
    }
    for (String path : List.of("/etc/motd", "/etc/apt/a", "/etc/apt/b")) {
      editor.put(TreePath.of(path), file("old", THEN));
    }
    lower = editor.toTree();
  }

  private static Node directory(int mode, Instant time) {
    return new Node.Directory(Metadata.ofMode(mode).withMtime(time));
  }

  /** Content that is not the same by reference, as that of a file which was copied up. */
  private static Node file(String text, Instant time) {
    Content content = Content.stream(text.length(), () -> Content.text(text).open());
    return new Node.RegularFile(Metadata.forFile().withMtime(time), content);
  }

  private static LayerEntry present(String path, Node node) {
    return new LayerEntry.Present(TreePath.of(path), node);
  }

  private static LayerEntry removal(String path) {
    return new LayerEntry.Removal(TreePath.of(path));
  }

  private List<String> difference(LayerEntry... upper) throws IOException {
    return OverlayRoot.difference(lower, Arrays.asList(upper), Progress.none()).stream()
        .map(entry -> entry.getClass().getSimpleName() + " " + entry.path())
        .toList();
  }

  @Test
  void saysNothingOfDirectoriesThatAreAsTheyWere() throws IOException {
    assertThat(
            difference(
                present("/etc", directory(0755, THEN)),
                present("/etc/apt", directory(0755, THEN)),
                present("/opt", directory(0755, THEN))))
        .isEmpty();
  }

  @Test
  void saysTheDirectoriesInFrontOfAChange() throws IOException {
    assertThat(
            difference(
                present("/etc", directory(0755, THEN)),
                present("/etc/apt", directory(0755, THEN)),
                present("/etc/apt/b", file("new", THEN)),
                present("/opt", directory(0755, THEN))))
        .containsExactly("Present /etc", "Present /etc/apt", "Present /etc/apt/b");
    assertThat(difference(present("/etc", directory(0755, THEN)), removal("/etc/motd")))
        .containsExactly("Present /etc", "Removal /etc/motd");
  }

  @Test
  void saysADirectoryWithAnotherTimeOrMode() throws IOException {
    assertThat(
            difference(
                present("/etc", directory(0755, NOW)), present("/opt", directory(0700, THEN))))
        .containsExactly("Present /etc", "Present /opt");
  }

  @Test
  void saysNothingOfAFileThatWasOnlyOpened() throws IOException {
    assertThat(
            difference(
                present("/etc", directory(0755, THEN)), present("/etc/motd", file("old", THEN))))
        .isEmpty();
    assertThat(
            difference(
                present("/etc", directory(0755, THEN)), present("/etc/motd", file("old", NOW))))
        .containsExactly("Present /etc", "Present /etc/motd");
  }

  /** A file of the same length whose time was put back. */
  @Test
  void saysAFileWithOtherBytesAlone() throws IOException {
    assertThat(
            difference(
                present("/etc", directory(0755, THEN)), present("/etc/motd", file("new", THEN))))
        .containsExactly("Present /etc", "Present /etc/motd");
  }

  @Test
  void saysNothingOfARemovalOfNothing() throws IOException {
    assertThat(difference(removal("/etc/none"))).isEmpty();
  }

  @Test
  void removesByNameWhatAnOpaqueDirectoryHides() throws IOException {
    assertThat(
            difference(
                present("/etc", directory(0755, THEN)),
                present("/etc/apt", directory(0755, NOW)),
                new LayerEntry.Opaque(TreePath.of("/etc/apt")),
                present("/etc/apt/b", file("new", NOW))))
        .containsExactly(
            "Present /etc", "Present /etc/apt", "Removal /etc/apt/a", "Present /etc/apt/b");
  }

  @Test
  void removesNothingWhereADirectoryWasMadeAgainAsItWas() throws IOException {
    assertThat(
            difference(
                present("/etc", directory(0755, THEN)),
                present("/etc/apt", directory(0755, THEN)),
                new LayerEntry.Opaque(TreePath.of("/etc/apt")),
                present("/etc/apt/a", file("old", THEN)),
                present("/etc/apt/b", file("old", THEN))))
        .isEmpty();
  }

  /** The kernel breaks a link when it copies a name of it up. */
  @Test
  void saysALinkThatWasBrokenByAChange() throws IOException {
    lower = lower.edit().link(TreePath.of("/etc/other"), TreePath.of("/etc/motd")).toTree();

    assertThat(
            difference(
                present("/etc", directory(0755, THEN)), present("/etc/motd", file("new", NOW))))
        .containsExactly("Present /etc", "Present /etc/motd");
    assertThat(
            difference(
                present("/etc", directory(0755, THEN)), present("/etc/motd", file("old", THEN))))
        .hasSize(2)
        .first()
        .isEqualTo("Present /etc");
  }
}
