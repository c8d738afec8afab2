package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.TreeRemoval;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
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
  private final List<EarlyFile> files = new ArrayList<>();
  private final Map<TreePath, EarlyFile> byPath = new HashMap<>();
  private final IdentityHashMap<FileContent, EarlyFile> byContent = new IdentityHashMap<>();
  private final Set<TreePath> directories = new LinkedHashSet<>();

  /** The last directory that was asked for, and found or made. */
  private TreePath last = TreePath.root();

  EarlyFiles(HandleChain handles) {
    this.handles = handles;
    directories.add(last);
  }

  boolean isEmpty() {
    return files.isEmpty();
  }

  /**
   * Makes room for a file: its directory is there when this returns.
   *
   * @return the file to be written; null if something else has its place, or the disk refuses
   */
  @Nullable EarlyFile add(TreePath path, Node.RegularFile file) {
    boolean isFree = !path.isRoot() && !byPath.containsKey(path) && !directories.contains(path);
    if (!isFree || byContent.containsKey(file.content()) || !makeParent(path)) {
      return null;
    }
    EarlyFile early = new EarlyFile(path, file);
    files.add(early);
    byPath.put(path, early);
    byContent.put(file.content(), early);
    return early;
  }

  private boolean makeParent(TreePath file) {
    return file.isIn(last) || makeDirectory(file.parent());
  }

  private boolean makeDirectory(TreePath directory) {
    Deque<TreePath> missing = new ArrayDeque<>();
    TreePath ancestor = directory;
    while (!directories.contains(ancestor)) {
      if (byPath.containsKey(ancestor)) {
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
      } else if (entry.node() instanceof Node.RegularFile file && isAtItsPlace(tree, entry, file)) {
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

  private boolean isAtItsPlace(FileTree tree, FileTree.Entry entry, Node.RegularFile file) {
    EarlyFile early = byContent.get(file.content());
    boolean isNew = early != null && early.isWritten() && !early.isPlaced();
    if (early == null || !isNew || !early.file().metadata().equals(file.metadata())) {
      return false;
    }
    boolean isThere =
        entry.path().equals(early.path()) || tree.linksOf(entry).contains(early.path());
    if (isThere) {
      early.place();
    }
    return isThere;
  }

  private void removeFiles() throws IOException {
    for (EarlyFile file : files) {
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

  /** The file that is there for a file of the tree; null if there is none. */
  @Nullable EarlyFile find(Node.RegularFile file) {
    EarlyFile early = byContent.get(file.content());
    return early != null && early.isPlaced() ? early : null;
  }

  /** Reports what there is to report of the files that are there, in the order they came. */
  void report(Losses losses) throws IOException {
    for (EarlyFile file : files) {
      if (file.isPlaced()) {
        for (DeferredLosses.Report report : file.reports()) {
          report.to(losses);
        }
      }
    }
  }
}
