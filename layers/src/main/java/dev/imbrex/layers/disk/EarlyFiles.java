package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.TreeRemoval;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Files that are put in a directory before its tree is known, at the place where each is most
 * likely to be. Only directories and regular files are made, so no link can lead anywhere. When the
 * tree is known, what it does not have at that place is removed.
 */
final class EarlyFiles {
  private final HandleChain handles;

  /** All of them, in the order they came. */
  private final Map<TreePath, EarlyFile> files = new LinkedHashMap<>();

  private final Set<TreePath> directories = new LinkedHashSet<>();

  /** The last directory that was asked for, and found or made. */
  private TreePath last = TreePath.root();

  EarlyFiles(HandleChain handles) {
    this.handles = handles;
    directories.add(last);
  }

  /**
   * Makes room for a file: its directory is there when this returns.
   *
   * @return the file to be written; null if something else has its place, or the disk refuses
   */
  @Nullable EarlyFile add(TreePath path, Node.RegularFile file) {
    boolean isFree = !path.isRoot() && !files.containsKey(path) && !directories.contains(path);
    if (!isFree || !makeParent(path)) {
      return null;
    }
    EarlyFile early = new EarlyFile(path, file);
    files.put(path, early);
    return early;
  }

  private boolean makeParent(TreePath file) {
    return file.isIn(last) || makeDirectory(file.parent());
  }

  private boolean makeDirectory(TreePath directory) {
    Deque<TreePath> missing = new ArrayDeque<>();
    TreePath ancestor = directory;
    while (!directories.contains(ancestor)) {
      if (files.containsKey(ancestor)) {
        return false;
      }
      missing.push(ancestor);
      ancestor = ancestor.parent();
    }
    try {
      for (TreePath path : missing) {
        handles.open(path.parent()).createDirectory(path.name());
        directories.add(path);
      }
    } catch (IOException e) {
      // The writing of the tree will meet it again, if the tree has this directory.
      return false;
    }
    last = directory;
    return true;
  }

  /**
   * Finds out which files the tree has where they are, under one of the names of their inode, and
   * removes the others, and all directories that the tree does not have. All that was begun must be
   * done.
   *
   * @param entries all that the tree has
   */
  void settle(FileTree tree, List<FileTree.Entry> entries) throws IOException {
    long placed = 0;
    long found = 0;
    for (FileTree.Entry entry : entries) {
      if (entry.node().isDirectory()) {
        found += directories.contains(entry.path()) ? 1 : 0;
      } else if (entry.node() instanceof Node.RegularFile file && place(tree, entry, file)) {
        placed++;
      }
    }
    if (placed < files.size()) {
      removeFiles();
    }
    if (found < directories.size()) {
      removeDirectories(tree);
    }
  }

  /** Finds the file that is there for one of the tree; false if there is none, or it is known. */
  private boolean place(FileTree tree, FileTree.Entry entry, Node.RegularFile file) {
    for (TreePath name : tree.linksOf(entry)) {
      EarlyFile early = files.get(name);
      if (early != null && early.isWrittenAs(file)) {
        boolean isNew = !early.isPlaced();
        early.place();
        return isNew;
      }
    }
    return false;
  }

  private void removeFiles() throws IOException {
    for (EarlyFile file : files.values()) {
      if (file.isWritten() && !file.isPlaced()) {
        handles.open(file.path().parent()).deleteFile(file.path().name());
      }
    }
  }

  private void removeDirectories(FileTree tree) throws IOException {
    List<TreePath> made = new ArrayList<>(directories);
    for (int i = made.size() - 1; i >= 0; i--) {
      TreePath path = made.get(i);
      boolean isThere = tree.find(path).filter(Node::isDirectory).isPresent();
      if (!isThere) {
        directories.remove(path);
        TreeRemoval.remove(handles.open(path.parent()), path.name());
      }
    }
  }

  /** Whether a directory of the tree is there. */
  boolean hasDirectory(TreePath path) {
    return directories.contains(path);
  }

  /** The file that is there for one of the tree that has these names; null if there is none. */
  @Nullable EarlyFile find(List<TreePath> names) {
    for (TreePath name : names) {
      EarlyFile early = files.get(name);
      if (early != null && early.isPlaced()) {
        return early;
      }
    }
    return null;
  }

  /** Reports what there is to report of the files that are there, in the order they came. */
  void report(Losses losses) throws IOException {
    for (EarlyFile file : files.values()) {
      if (file.isPlaced()) {
        for (DeferredLosses.Report report : file.reports()) {
          report.to(losses);
        }
      }
    }
  }
}
