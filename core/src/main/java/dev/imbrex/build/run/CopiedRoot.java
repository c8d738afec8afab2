package dev.imbrex.build.run;

import dev.imbrex.layers.disk.DirectoryScanner;
import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.ScanOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A copy of all files, compared with itself afterwards. Without privilege all of it belongs to the
 * caller, who is the user 0 of the command: what did not change keeps the owner the image says.
 */
final class CopiedRoot implements RunRoot {
  private final FileTree tree;
  private final Path path;
  private final FileTree before;
  private final Machine machine;

  private CopiedRoot(FileTree tree, Path path, FileTree before, Machine machine) {
    this.tree = tree;
    this.path = path;
    this.before = before;
    this.machine = machine;
  }

  static CopiedRoot make(
      FileTree tree, Path path, ExtractOptions writing, Machine machine, Progress progress)
      throws IOException {
    DirectoryWriter.write(tree, path, writing, Findings.tolerant(), progress);
    FileTree before =
        DirectoryScanner.scan(path, ScanOptions.standard(), Findings.tolerant(), progress);
    return new CopiedRoot(tree, path, before, machine);
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public String overlayOptions() {
    return "";
  }

  @Override
  public List<LayerEntry> changes(Progress progress) throws IOException {
    FileTree after =
        DirectoryScanner.scan(path, ScanOptions.standard(), Findings.tolerant(), progress);
    List<LayerEntry> entries = TreeDiff.between(before, after);
    if (machine.isRoot()) {
      return entries;
    }
    List<LayerEntry> owned = new ArrayList<>(entries.size());
    for (LayerEntry entry : entries) {
      if (entry instanceof LayerEntry.Present present) {
        owned.add(new LayerEntry.Present(present.path(), owned(present.path(), present.node())));
      } else if (entry instanceof LayerEntry.Link link) {
        Metadata metadata = owned(link.path(), link.metadata());
        owned.add(new LayerEntry.Link(link.path(), link.target(), metadata));
      } else {
        owned.add(entry);
      }
    }
    return owned;
  }

  private Node owned(TreePath path, Node node) {
    return node.withMetadata(owned(path, node.metadata()));
  }

  private Metadata owned(TreePath path, Metadata now) {
    Optional<Metadata> was = tree.find(path).map(Node::metadata);
    return was.isPresent() ? now.withOwner(was.get().uid(), was.get().gid()) : now.withOwner(0, 0);
  }
}
