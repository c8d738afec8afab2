package dev.imbrex.layers.disk;

import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** A process that writes and updates a directory until somebody kills it. */
final class UpdateWorker {
  static final ExtractOptions OPTIONS =
      ExtractOptions.untrusted().withOwners(ExtractOptions.Owners.CALLER);

  private UpdateWorker() {}

  /** Two trees that differ in everything; which, is told by a number. */
  static FileTree tree(int number) {
    TreeEditor editor = FileTree.empty().edit();
    Metadata metadata = Metadata.ofMode(0755).withMtime(Instant.ofEpochSecond(1_000 + number));
    editor.put(TreePath.root(), new Node.Directory(metadata));
    for (int i = 0; i < 300; i++) {
      TreePath directory = TreePath.of("d" + i % 20);
      editor.put(directory, new Node.Directory(metadata));
      TreePath path = directory.child(TreePath.of((number + i) % 3 + "-" + i).name());
      editor.put(path, new Node.RegularFile(metadata, Content.text("file " + i + " of " + number)));
    }
    return editor.toTree();
  }

  /** Arguments: {@code write} or {@code update}, the directory, the number of the tree. */
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[1]);
    FileTree tree = tree(Integer.parseInt(arguments[2]));
    System.out.println("ready");
    if (arguments[0].equals("write")) {
      DirectoryWriter.write(tree, directory, OPTIONS);
    } else {
      FileTree before = DirectoryScanner.scan(directory);
      DirectoryUpdate.update(
          directory, before, tree, OPTIONS, Findings.tolerant(), Progress.none());
    }
    System.out.println("done");
  }
}
