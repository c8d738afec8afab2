package dev.imbrex.layers.disk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One inode has one name, or several, as the tree says, whatever was offered before. */
@Timeout(60)
class DirectoryDraftTest {
  private static final TreePath A = TreePath.of("a");
  private static final TreePath B = TreePath.of("b");
  private static final TreePath C = TreePath.of("c");
  private static final byte[] BYTES = "bytes".getBytes(UTF_8);
  private static final Node.RegularFile FILE =
      new Node.RegularFile(Metadata.forFile(), Content.of(BYTES));

  @TempDir Path temporary;
  private Path target;

  @BeforeEach
  void setTarget() {
    target = temporary.resolve("target");
  }

  private ExtractionReport write(FileTree tree, List<TreePath> offered) throws IOException {
    try (DirectoryDraft draft =
        DirectoryDraft.begin(
            target, ExtractOptions.trusted(), Findings.tolerant(), Progress.none(), -1)) {
      for (TreePath path : offered) {
        draft.offer(path, FILE, new ByteArrayInputStream(BYTES));
      }
      return draft.write(tree);
    }
  }

  private void assertWritten(TreePath... paths) throws IOException {
    for (TreePath path : paths) {
      assertThat(target.resolve(path.name().toString())).hasBinaryContent(BYTES);
    }
    try (var names = Files.list(target)) {
      assertThat(names).hasSize(paths.length);
    }
  }

  private Object inode(TreePath path) throws IOException {
    return Files.getAttribute(target.resolve(path.name().toString()), "unix:ino");
  }

  @Test
  void filesThatShareAContentAreNotLinks() throws IOException {
    FileTree tree = FileTree.empty().edit().put(A, FILE).put(B, FILE).toTree();
    ExtractionReport report = write(tree, List.of(B));

    assertWritten(A, B);
    assertThat(inode(A)).isNotEqualTo(inode(B));
    assertThat(report.links()).isZero();
  }

  @Test
  void aFileOfferedUnderTwoOfItsNamesIsOneInode() throws IOException {
    TreeEditor editor = FileTree.empty().edit().put(A, FILE).link(B, A).link(C, A);
    ExtractionReport report = write(editor.toTree(), List.of(C, B));

    assertWritten(A, B, C);
    assertThat(inode(A)).isEqualTo(inode(B)).isEqualTo(inode(C));
    assertThat(report.files()).isEqualTo(1);
    assertThat(report.links()).isEqualTo(2);
  }

  @Test
  void whatIsOfferedAndNotInTheTreeIsRemoved() throws IOException {
    write(FileTree.empty().edit().put(A, FILE).toTree(), List.of(A, B));

    assertWritten(A);
  }
}
