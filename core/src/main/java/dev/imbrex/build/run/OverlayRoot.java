package dev.imbrex.build.run;

import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.OverlayDirectory;
import dev.imbrex.layers.disk.OverlayForm;
import dev.imbrex.layers.disk.ScanOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An overlay mount upon directories that commands share; what a command changes is in the upper
 * directory. The paths in the options are relative, so that no path of the caller has to be written
 * in their syntax, and many fit.
 */
final class OverlayRoot implements RunRoot {
  private final FileTree tree;
  private final Path directory;
  private final String options;

  private OverlayRoot(FileTree tree, Path directory, String options) {
    this.tree = tree;
    this.directory = directory;
    this.options = options;
  }

  /**
   * Makes the directories.
   *
   * @param directory of this command; those of the stack lie beside it
   */
  static OverlayRoot make(LowerStack.Written lower, Path directory) throws IOException {
    String name = directory.getFileName().toString();
    // The root of the mount has the attributes of the upper directory.
    FileTree root =
        FileTree.empty()
            .edit()
            .put(TreePath.root(), lower.tree().find(TreePath.root()).orElseThrow())
            .toTree();
    DirectoryWriter.write(root, directory.resolve("upper"), ExtractOptions.trusted());
    Files.createDirectory(directory.resolve("work"));
    Files.createDirectory(directory.resolve("root"));
    String options =
        "nodev,lowerdir="
            + String.join(":", lower.names())
            + ",upperdir="
            + name
            + "/upper,workdir="
            + name
            + "/work";
    return new OverlayRoot(lower.tree(), directory, options);
  }

  @Override
  public Path path() {
    return directory.resolve("root");
  }

  @Override
  public String overlayOptions() {
    return options;
  }

  @Override
  public List<LayerEntry> changes(Progress progress) throws IOException {
    List<LayerEntry> entries =
        OverlayDirectory.read(
            directory.resolve("upper"),
            tree,
            OverlayForm.TRUSTED,
            ScanOptions.standard(),
            Findings.tolerant(),
            progress);
    return difference(tree, entries, progress);
  }

  /**
   * What an upper directory changes. A mount puts into it whatever is opened for writing, or given
   * the attributes it has already, with all directories on the way; of that, a layer says what is
   * different (LC-A6, LC-A14), in directories that stand in front of it (LC-A16). What an opaque
   * directory hides is removed by name (LC-A29).
   *
   * @param upper what is said of the directory
   */
  static List<LayerEntry> difference(FileTree lower, List<LayerEntry> upper, Progress progress)
      throws IOException {
    FileTree after = lower.apply(upper, Findings.tolerant());
    DiffOptions options = DiffOptions.standard().withContents(DiffOptions.Contents.BY_BYTES);
    return TreeDiff.between(lower, after, options, progress);
  }
}
