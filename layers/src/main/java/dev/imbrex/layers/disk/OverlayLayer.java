package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.util.List;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * The directory that, mounted over a tree, shows what a layer makes of the tree (LC-B70 to LC-B72).
 *
 * <p>It is found by comparing the tree before and after, so that everything a layer can say comes
 * out as it does in a flat tree: link groups whole, parents with their attributes, links followed.
 * Of the layer itself only the directories that it empties are needed: those are opaque, and what
 * is in them is compared with nothing, so that no whiteout stands in them.
 */
final class OverlayLayer {
  private static final DiffOptions EVERYTHING =
      DiffOptions.standard()
          .withTimePrecision(DiffOptions.TimePrecision.NANOS)
          .withoutXattrs(List.of());

  private final FileTree lower;
  private final FileTree after;
  private final OverlayForm form;
  private final TreeEditor editor = FileTree.empty().edit();

  private OverlayLayer(FileTree lower, FileTree after, OverlayForm form) {
    this.lower = lower;
    this.after = after;
    this.form = form;
  }

  /**
   * The tree of the directory.
   *
   * @throws UnsupportedContentException if the layer has a character device 0:0, which a mount
   *     takes for a whiteout
   */
  static FileTree of(
      FileTree lower, Iterable<? extends LayerEntry> layer, OverlayForm form, Findings findings)
      throws ImageException {
    FileTree after = lower.apply(layer, findings);
    return new OverlayLayer(lower, after, form).build(emptied(lower, after, layer));
  }

  /**
   * The directories that lose all they hold in the lower tree, none of them within another. The
   * root is not among them: a mount merges the roots, opaque or not.
   */
  private static NavigableSet<TreePath> emptied(
      FileTree lower, FileTree after, Iterable<? extends LayerEntry> layer) {
    NavigableSet<TreePath> emptied = new TreeSet<>();
    for (LayerEntry entry : layer) {
      boolean removes = entry instanceof LayerEntry.Opaque || entry instanceof LayerEntry.Removal;
      TreePath path = entry.path();
      if (removes && !path.isRoot() && isDirectory(lower, path) && isDirectory(after, path)) {
        emptied.add(path);
      }
    }
    emptied.removeIf(path -> isWithinAnother(emptied, path));
    return emptied;
  }

  private static boolean isWithinAnother(NavigableSet<TreePath> paths, TreePath path) {
    for (TreePath p = path; !p.isRoot(); ) {
      p = p.parent();
      if (paths.contains(p)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDirectory(FileTree tree, TreePath path) {
    return tree.find(path).filter(Node::isDirectory).isPresent();
  }

  private FileTree build(NavigableSet<TreePath> opaque) throws ImageException {
    TreeEditor visible = lower.edit();
    opaque.forEach(visible::removeChildren);
    putDirectory(TreePath.root());
    for (LayerEntry entry : difference(visible.toTree())) {
      put(entry);
    }
    for (TreePath path : opaque) {
      putMissing(path);
      editor.setMetadata(path, form.opaque(attributes(path)));
    }
    return editor.toTree();
  }

  private List<LayerEntry> difference(FileTree visible) throws ImageException {
    try {
      return TreeDiff.between(visible, after, EVERYTHING);
    } catch (ImageException e) {
      throw e;
    } catch (IOException e) {
      throw new AssertionError("contents are compared by reference", e);
    }
  }

  private void put(LayerEntry entry) throws ImageException {
    if (entry instanceof LayerEntry.Present present) {
      putNode(present.path(), present.node());
    } else if (entry instanceof LayerEntry.Link link) {
      editor.link(link.path(), link.target());
    } else if (entry instanceof LayerEntry.Removal removal) {
      TreePath parent = removal.path().parent();
      editor.put(removal.path(), form.newWhiteout());
      editor.setMetadata(parent, form.withWhiteouts(attributes(parent)));
    } else {
      throw new AssertionError(entry);
    }
  }

  private void putNode(TreePath path, Node node) throws ImageException {
    if (OverlayForm.isDeviceWhiteout(node)) {
      throw new UnsupportedContentException(
          path + " is a character device 0:0, which an overlay mount takes for a whiteout");
    }
    editor.put(path, node.withMetadata(form.escaped(node.metadata())));
  }

  /** Directories that have no entry in the difference, on the way to an opaque one. */
  private void putMissing(TreePath path) {
    TreePath directory = TreePath.root();
    for (var name : path.names()) {
      directory = directory.child(name);
      if (editor.find(directory).isEmpty()) {
        putDirectory(directory);
      }
    }
  }

  private void putDirectory(TreePath path) {
    editor.put(path, new Node.Directory(attributes(path)));
  }

  private Metadata attributes(TreePath path) {
    return form.escaped(after.find(path).orElseThrow().metadata());
  }
}
