package dev.imbrex.examples.browser;

import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.swing.event.TreeModelListener;
import javax.swing.tree.TreeModel;

/** A tree of files for a {@code JTree}: directories are listed when they are opened. */
final class TreeOfFiles implements TreeModel {
  private final FileTree files;
  private final FileTree.Entry root;
  private final Map<TreePath, List<FileTree.Entry>> listed = new HashMap<>();

  TreeOfFiles(FileTree files) {
    this.files = files;
    this.root = new FileTree.Entry(TreePath.root(), files.find(TreePath.root()).orElseThrow());
  }

  @Override
  public Object getRoot() {
    return root;
  }

  @Override
  public Object getChild(Object parent, int index) {
    return children(parent).get(index);
  }

  @Override
  public int getChildCount(Object parent) {
    return isLeaf(parent) ? 0 : children(parent).size();
  }

  @Override
  public boolean isLeaf(Object entry) {
    return !((FileTree.Entry) entry).node().isDirectory();
  }

  @Override
  public int getIndexOfChild(Object parent, Object child) {
    return children(parent).indexOf(child);
  }

  private List<FileTree.Entry> children(Object directory) {
    return listed.computeIfAbsent(
        ((FileTree.Entry) directory).path(),
        path -> {
          try {
            return files.list(path);
          } catch (ImageException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  @Override
  public void valueForPathChanged(javax.swing.tree.TreePath path, Object value) {
    throw new UnsupportedOperationException("Images do not change");
  }

  @Override
  public void addTreeModelListener(TreeModelListener listener) {}

  @Override
  public void removeTreeModelListener(TreeModelListener listener) {}
}
