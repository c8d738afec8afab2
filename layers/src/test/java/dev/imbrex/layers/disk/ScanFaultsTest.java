package dev.imbrex.layers.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.internal.calls.FileCalls;
import dev.imbrex.layers.internal.calls.NioCalls;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Directories that are not left alone, or not open to everyone: LC-A57 to LC-A59, LC-A6, LC-A7. */
@Timeout(60)
class ScanFaultsTest {
  private static final ScanOptions SKIPPING =
      ScanOptions.standard().withUnreadable(ScanOptions.Unreadable.SKIP);

  @TempDir Path temporary;

  private Path root;

  ScanFaultsTest() {
    root = Path.of("");
  }

  @BeforeEach
  void makeDirectory() throws IOException {
    root = Files.createDirectory(temporary.resolve("root"));
    Files.createDirectories(root.resolve("d/sub"));
    Files.writeString(root.resolve("d/f"), "f");
    Files.createSymbolicLink(root.resolve("l"), Path.of("d"));
    Files.writeString(root.resolve("z"), "z");
  }

  /** LC-A58. */
  @Nested
  class Unreadable {
    @ParameterizedTest
    @ValueSource(
        strings = {
          "status f",
          "readSymlink l",
          "xattrs z",
          "openDirectory d",
          "status d",
          "names d"
        })
    void namesWhatCannotBeRead(String call) {
      FaultyCalls calls = nio().failing(call, new AccessDeniedException("?", null, "no entry"));

      assertThatThrownBy(() -> scan(calls.calls(), ScanOptions.standard(), Findings.tolerant()))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("/" + (call.endsWith("f") ? "d/f" : subject(call)))
          .hasMessageContaining("no entry");
      assertThat(calls.open()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status f", "status d", "openDirectory sub"})
    void namesWhatVanishes(String call) {
      FaultyCalls calls = nio().failing(call, new NoSuchFileException("?"));

      assertThatThrownBy(() -> scan(calls.calls(), ScanOptions.standard(), Findings.tolerant()))
          .isInstanceOf(ContentNotFoundException.class)
          .hasMessageContaining(subject(call) + " of " + root);
      assertThat(calls.open()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {"status f", "readSymlink l", "xattrs z", "openFile f", "openDirectory d"})
    void skipsAndReportsIfAsked(String call) throws IOException {
      FaultyCalls calls = nio().failing(call, new FileSystemException("?", null, "bad sector"));
      Findings findings = Findings.tolerant();

      FileTree tree = scan(calls.calls(), SKIPPING, findings);

      String left = call.endsWith(" f") ? "d/f" : subject(call);
      assertThat(tree.find(TreePath.of(left))).isEmpty();
      assertThat(tree.find(TreePath.of("d/sub")).isPresent()).isEqualTo(!left.equals("d"));
      assertThat(findings.count(Finding.Code.UNREADABLE_SKIPPED)).isEqualTo(1);
      assertThat(findings.all())
          .anySatisfy(
              finding -> {
                assertThat(finding.path()).isEqualTo(TreePath.of(left));
                assertThat(finding.message()).contains("bad sector");
              });
      assertThat(calls.open()).isZero();
    }

    /** Half a directory would make a diff delete the other half. */
    @Test
    void neverSkipsADirectoryThatIsListedInPart() {
      FaultyCalls calls = nio().failing("names d", new FileSystemException("?", null, "cut off"));

      assertThatThrownBy(() -> scan(calls.calls(), SKIPPING, Findings.tolerant()))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("/d")
          .hasMessageContaining("cut off");
    }

    @Test
    void neverSkipsTheDirectoryItself() {
      FaultyCalls calls = nio().failing("xattrs /", new FileSystemException("?", null, "bad"));

      assertThatThrownBy(() -> scan(calls.calls(), SKIPPING, Findings.tolerant()))
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("bad");
    }

    @Test
    void namesTheFileThatCannotBeOpenedLater() throws IOException {
      FaultyCalls calls = nio().failing("openFile f", new AccessDeniedException("?"));

      FileTree tree = scan(calls.calls(), ScanOptions.standard(), Findings.tolerant());

      FileContent content = content(tree, "d/f");
      assertThatThrownBy(content::open)
          .isInstanceOf(ImageException.class)
          .hasMessageContaining("/d/f");
      assertThat(calls.open()).isZero();
    }
  }

  /** LC-A59: what is not a regular file is not opened, not even to see whether it can be. */
  @Test
  void opensRegularFilesAlone() throws IOException {
    Files.createSymbolicLink(root.resolve("d/to-z"), Path.of("../z"));
    FaultyCalls calls = nio();

    scan(calls.calls(), SKIPPING, Findings.tolerant());

    assertThat(calls.made())
        .filteredOn(call -> call.startsWith("openFile"))
        .containsExactlyInAnyOrder("openFile f", "openFile z");
    assertThat(calls.open()).isZero();
  }

  /** LC-A57: the size was promised by the header before the content. */
  @Nested
  class WhileItIsRead {
    @Test
    void tellsBothSizesOfAFileThatShrinks() throws IOException {
      assertChange("z".repeat(100_000), "z".repeat(70_000), 100_000, 70_000);
    }

    @Test
    void tellsBothSizesOfAFileThatGrows() throws IOException {
      assertChange("z".repeat(100_000), "z".repeat(100_001), 100_000, 100_001);
    }

    @Test
    void failsIfTheFileIsWrittenToWithoutASizeToTell() throws IOException {
      assertChange("a".repeat(100_000), "b".repeat(100_000), 100_000, 100_000);
    }

    private void assertChange(String before, String after, long expected, long found)
        throws IOException {
      Path file = root.resolve("z");
      Files.writeString(file, before);
      Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(5)));
      FileContent content = content(DirectoryScanner.scan(root), "z");
      try (InputStream in = content.open()) {
        assertThat(in.readNBytes(1000)).hasSize(1000);
        Files.writeString(file, after);
        assertThatThrownBy(in::readAllBytes)
            .isInstanceOfSatisfying(
                FileChangedException.class,
                e -> {
                  assertThat(e.expectedSize()).isEqualTo(expected);
                  assertThat(e.foundSize()).isEqualTo(found);
                })
            .hasMessageContaining("/z")
            .hasMessageContaining("" + expected)
            .hasMessageContaining("" + found);
      }
    }
  }

  /** LC-A6: a file rewritten to the same size and given its old time. */
  @Test
  void comparesContentsUnlessTimesAreTrusted() throws IOException {
    FileTime time = Files.getLastModifiedTime(root.resolve("z"));
    FileTree before = DiskTrees.loaded(DirectoryScanner.scan(root));
    Files.writeString(root.resolve("z"), "Z");
    Files.setLastModifiedTime(root.resolve("z"), time);
    FileTree after = DirectoryScanner.scan(root);
    DiffOptions options = DiffOptions.standard();

    assertThat(TreeDiff.between(before, after, options.withContents(DiffOptions.Contents.BY_BYTES)))
        .extracting(LayerEntry::path)
        .containsExactly(TreePath.of("z"));
    assertThat(TreeDiff.between(before, after, options.withContents(DiffOptions.Contents.BY_TIME)))
        .isEmpty();
  }

  /** LC-A6: neither a size nor a time that differs is overlooked when times are trusted. */
  @Test
  void seesSizesAndTimesEvenIfTimesAreTrusted() throws IOException {
    FileTime time = Files.getLastModifiedTime(root.resolve("z"));
    FileTree before = DiskTrees.loaded(DirectoryScanner.scan(root));
    Files.writeString(root.resolve("z"), "longer");
    Files.setLastModifiedTime(root.resolve("z"), time);
    Files.setLastModifiedTime(root.resolve("d/f"), FileTime.from(Instant.ofEpochSecond(9)));
    DiffOptions trusting = DiffOptions.standard().withContents(DiffOptions.Contents.BY_TIME);

    assertThat(TreeDiff.between(before, DirectoryScanner.scan(root), trusting))
        .extracting(LayerEntry::path)
        .containsExactly(TreePath.of("d"), TreePath.of("d/f"), TreePath.of("z"));
  }

  /** LC-A7: one inode on both sides is equal unread, but its link group is still looked at. */
  @Test
  void takesOneInodeForEqualButNotItsLinks() throws IOException {
    Files.createLink(root.resolve("y"), root.resolve("z"));
    Path other = Files.createDirectory(temporary.resolve("other"));
    Files.createLink(other.resolve("z"), root.resolve("z"));
    Files.copy(root.resolve("z"), other.resolve("y"), StandardCopyOption.COPY_ATTRIBUTES);
    FileTree a = only(DirectoryScanner.scan(root), "y", "z");
    FileTree b = only(DirectoryScanner.scan(other), "y", "z");

    assertThat(content(a, "z")).isEqualTo(content(b, "z")).hasSameHashCodeAs(content(b, "z"));
    assertThat(content(a, "y")).isNotEqualTo(content(b, "y"));
    DiffOptions bytes = DiffOptions.standard().withContents(DiffOptions.Contents.BY_BYTES);
    List<LayerEntry> layer = TreeDiff.between(a, b, bytes);
    assertThat(layer).isNotEmpty();
    FileTree applied = a.apply(layer, Findings.strict());
    assertThat(applied.linksOf(TreePath.of("z"))).hasSize(1);
  }

  private static FileTree only(FileTree tree, String... names) {
    TreeEditor editor = tree.edit();
    for (FileTree.Entry entry : tree.walk().skip(1).toList()) {
      boolean isWanted = List.of(names).contains(entry.path().toString().substring(1));
      if (!isWanted && editor.find(entry.path()).isPresent()) {
        editor.remove(entry.path());
      }
    }
    return editor.setMetadata(TreePath.root(), Metadata.forDirectory()).toTree();
  }

  private static FileContent content(FileTree tree, String path) {
    return ((Node.RegularFile) tree.find(TreePath.of(path)).orElseThrow()).content();
  }

  private FileTree scan(FileCalls calls, ScanOptions options, Findings findings)
      throws IOException {
    return DirectoryScanner.scan(calls, root, options, findings, Progress.none());
  }

  private static String subject(String call) {
    return call.substring(call.indexOf(' ') + 1);
  }

  private static FaultyCalls nio() {
    return new FaultyCalls(NioCalls.instance());
  }
}
