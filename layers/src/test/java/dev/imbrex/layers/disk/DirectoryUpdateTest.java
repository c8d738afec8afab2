package dev.imbrex.layers.disk;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryUpdateTest {
  private static final Instant TIME = Instant.ofEpochSecond(1_000_000_000);
  private static final ExtractOptions OPTIONS =
      ExtractOptions.untrusted().withOwners(ExtractOptions.Owners.CALLER);

  @TempDir Path temporary;

  private Path directory;
  private FileTree before;

  private static Node file(String text) {
    return new Node.RegularFile(Metadata.ofMode(0644).withMtime(TIME), Content.text(text));
  }

  private static Node folder(int mode) {
    return new Node.Directory(Metadata.ofMode(mode).withMtime(TIME));
  }

  @BeforeEach
  void writeDirectory() throws IOException {
    directory = temporary.resolve("dir");
    FileTree tree =
        FileTree.empty()
            .edit()
            .put(TreePath.root(), folder(0755))
            .put(TreePath.of("file"), file("first"))
            .put(TreePath.of("kept"), file("kept"))
            .put(TreePath.of("sub"), folder(0755))
            .put(TreePath.of("sub/gone"), file("gone"))
            .toTree();
    DirectoryWriter.write(tree, directory, OPTIONS);
    before = scan();
  }

  private FileTree scan() throws IOException {
    return DirectoryScanner.scan(directory);
  }

  private FileTree update(FileTree after) throws IOException {
    return DirectoryUpdate.update(
        directory, before, after, OPTIONS, Findings.tolerant(), Progress.none());
  }

  private FileTree recover(FileTree wanted) throws IOException {
    return DirectoryUpdate.recover(
        directory, wanted, ScanOptions.standard(), OPTIONS, Findings.tolerant(), Progress.none());
  }

  /** What there is but for owners, which take privilege. */
  private static List<String> lines(FileTree tree) throws IOException {
    List<String> lines = new ArrayList<>();
    for (FileTree.Entry entry : tree.walk().toList()) {
      Metadata metadata = entry.node().metadata();
      lines.add(
          entry.path()
              + " "
              + entry.node().kind()
              + Integer.toOctalString(metadata.mode())
              + metadata.mtime()
              + tree.linksOf(entry.path())
              + (entry.node() instanceof Node.RegularFile
                  ? new String(tree.read(entry.path(), 100), UTF_8)
                  : ""));
    }
    return lines;
  }

  private static List<String> names(Path place) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static FileTree changed(FileTree tree) {
    TreeEditor editor = tree.edit();
    editor
        .put(TreePath.of("file"), file("second"))
        .put(TreePath.of("new"), folder(0700))
        .put(TreePath.of("new/file"), file("new"))
        .link(TreePath.of("new/link"), TreePath.of("kept"));
    editor.remove(TreePath.of("sub/gone"));
    return editor.toTree();
  }

  /** LC-A21: a file that gets a new name is written anew, from the inode that this replaces. */
  @Test
  void givesContentsThatLieInTheDirectoryAfterIt() throws IOException {
    FileTree wanted = changed(before);
    List<String> expected = lines(wanted);

    FileTree held = update(wanted);

    assertThat(lines(held)).isEqualTo(expected).isEqualTo(lines(scan()));
    assertThat(held).isEqualTo(scan());
    assertThat(names(temporary)).containsExactly("dir");
  }

  /** Nothing was changed yet, so all is as it was, times too. */
  @Test
  void leavesTheDirectoryAsItWasIfAContentFails() throws IOException {
    List<String> expected = lines(before);
    Content failing = Content.stream(5, () -> new ByteArrayInputStream(new byte[2]));
    FileTree wanted =
        changed(before)
            .edit()
            .put(TreePath.of("zz"), new Node.RegularFile(Metadata.forFile(), failing))
            .toTree();

    assertThatThrownBy(() -> update(wanted)).isInstanceOf(MalformedContentException.class);

    assertThat(names(temporary)).containsExactly("dir");
    assertThat(lines(scan())).isEqualTo(expected);
  }

  /** LC-B78. */
  @Nested
  class ThatWasNotCompleted {
    private FileTree held;
    private FileTree wanted;

    /** Devices are not made here, and this counts as a failure when half is done. */
    @BeforeEach
    void failInTheMiddle() throws IOException {
      held = DiskTrees.loaded(before);
      wanted = changed(held);
      Node device = new Node.Device(Metadata.forFile(), Node.Kind.CHARACTER_DEVICE, 1, 3);
      FileTree refused = wanted.edit().put(TreePath.of("sub/null"), device).toTree();
      assertThatThrownBy(
              () ->
                  DirectoryUpdate.update(
                      directory, before, refused, OPTIONS, Findings.strict(), Progress.none()))
          .isInstanceOf(MalformedContentException.class);
    }

    @Test
    void marksTheDirectoryAndRefusesIt() throws IOException {
      assertThat(names(temporary)).containsExactly(".dir.imbrex-incomplete", "dir");
      assertThatThrownBy(() -> scan())
          .isInstanceOfSatisfying(
              IncompleteDirectoryException.class,
              e -> {
                assertThat(e.isChanged()).isTrue();
                assertThat(e.directory()).isEqualTo(directory.toString());
              })
          .hasMessageContaining("cannot scan directory " + directory)
          .hasMessageContaining(".dir.imbrex-incomplete");
      assertThatThrownBy(() -> update(wanted)).isInstanceOf(IncompleteDirectoryException.class);
      assertThatThrownBy(() -> DirectoryUpdate.discard(directory, DiskAccess.AUTOMATIC))
          .isInstanceOf(IncompleteDirectoryException.class);
    }

    @Test
    void isCompletedByTheTreeItWasToMake() throws IOException {
      FileTree recovered = recover(wanted);

      assertThat(lines(recovered)).isEqualTo(lines(wanted)).isEqualTo(lines(scan()));
      assertThat(names(temporary)).containsExactly("dir");
    }

    @Test
    void isTakenBackByTheTreeFromBefore() throws IOException {
      FileTree recovered = recover(held);

      assertThat(lines(recovered)).isEqualTo(lines(held)).isEqualTo(lines(scan()));
    }

    @Test
    void staysMarkedIfTheRecoveryFails() throws IOException {
      Content failing = Content.stream(5, () -> new ByteArrayInputStream(new byte[2]));
      Node node = new Node.RegularFile(Metadata.forFile(), failing);
      FileTree refused = wanted.edit().put(TreePath.of("new/file"), node).toTree();

      assertThatThrownBy(() -> recover(refused)).isInstanceOf(MalformedContentException.class);

      assertThatThrownBy(() -> scan()).isInstanceOf(IncompleteDirectoryException.class);
      assertThat(names(directory)).noneMatch(name -> name.startsWith(".imbrex"));
      assertThat(lines(recover(wanted))).isEqualTo(lines(scan()));
    }
  }

  /** As a process leaves it that is killed before it changes anything. */
  @Nested
  class ThatWasKilledEarly {
    private void leave(String mark) throws IOException {
      Files.writeString(temporary.resolve(".dir.imbrex-staged"), mark, US_ASCII);
      Path staging = Files.createDirectory(directory.resolve(".imbrex-0123456789abcdef"));
      Files.writeString(staging.resolve("new-0"), "a part of");
    }

    @Test
    void isDiscarded() throws IOException {
      List<String> expected = lines(before);
      leave(".imbrex-0123456789abcdef 1000000000 0\n");

      assertThatThrownBy(() -> scan())
          .isInstanceOfSatisfying(
              IncompleteDirectoryException.class, e -> assertThat(e.isChanged()).isFalse());
      assertThatThrownBy(() -> update(changed(before)))
          .isInstanceOf(IncompleteDirectoryException.class);
      assertThat(names(directory)).contains(".imbrex-0123456789abcdef");
      assertThat(DirectoryUpdate.discard(directory, DiskAccess.AUTOMATIC)).isTrue();

      assertThat(names(temporary)).containsExactly("dir");
      assertThat(lines(scan())).isEqualTo(expected);
      assertThat(DirectoryUpdate.discard(directory, DiskAccess.AUTOMATIC)).isFalse();
    }

    /** Nothing but what it names itself is removed, and only if it is a name of ours. */
    @Test
    void isNotBelievedEverything() throws IOException {
      Files.writeString(temporary.resolve(".dir.imbrex-staged"), "../dir 0 0\n", US_ASCII);

      assertThat(DirectoryUpdate.discard(directory, DiskAccess.AUTOMATIC)).isTrue();

      assertThat(lines(scan())).isEqualTo(lines(before));
    }

    @Test
    void isRecoveredAsWell() throws IOException {
      FileTree wanted = changed(DiskTrees.loaded(before));
      leave(".imbrex-0123456789abcdef 1000000000 0\n");

      assertThat(lines(recover(wanted))).isEqualTo(lines(wanted)).isEqualTo(lines(scan()));
      assertThat(names(temporary)).containsExactly("dir");
    }
  }

  /** What a killed writer leaves is beside its target, and for no other. */
  @Test
  void discardsWhatWritersLeft() throws IOException {
    Files.createDirectories(temporary.resolve(".new.imbrex-0123456789abcdef/sub"));
    Files.createDirectories(temporary.resolve(".newer.imbrex-0123456789abcdef"));
    Files.createDirectories(temporary.resolve(".new.imbrex-0123456789abcdeg"));

    assertThat(DirectoryWriter.discard(temporary.resolve("new"), DiskAccess.AUTOMATIC))
        .isEqualTo(1);

    assertThat(names(temporary))
        .containsExactly(".new.imbrex-0123456789abcdeg", ".newer.imbrex-0123456789abcdef", "dir");
  }
}
