package dev.imbrex.image;

import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreePath;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What layers hide of the layers below them, as far as their own entries tell: a guess, since a
 * symbolic link of a lower layer can lead an entry elsewhere (LC-B31).
 */
final class CoveredPaths {
  /** Paths that have another node, or none any more, and all below them. */
  private final Set<TreePath> replaced = new HashSet<>();

  /** Directories, which hide what else was at their path. */
  private final Set<TreePath> directories = new HashSet<>();

  /** Directories that hide all that was below them. */
  private final Set<TreePath> emptied = new HashSet<>();

  private TreePath lastParent = TreePath.root();
  private boolean isLastHidden;

  /** Adds the entries of a layer, which lies below those added before. */
  void add(List<LayerEntry> entries) {
    for (LayerEntry entry : entries) {
      if (entry instanceof LayerEntry.Opaque) {
        emptied.add(entry.path());
      } else if (entry instanceof LayerEntry.Present present && present.node().isDirectory()) {
        directories.add(entry.path());
      } else if (!(entry instanceof LayerEntry.Leftover)) {
        replaced.add(entry.path());
      }
    }
    lastParent = TreePath.root();
    isLastHidden = emptied.contains(lastParent);
  }

  /** Whether a file that a lower layer has at this path is hidden. */
  boolean covers(TreePath file) {
    if (replaced.isEmpty() && directories.isEmpty() && emptied.isEmpty()) {
      return false;
    }
    return replaced.contains(file) || directories.contains(file) || isInHidden(file);
  }

  /** Files come directory by directory, so the last answer often serves again. */
  private boolean isInHidden(TreePath file) {
    if (!file.isIn(lastParent)) {
      lastParent = file.parent();
      isLastHidden = false;
      TreePath directory = lastParent;
      while (!isLastHidden && !directory.isRoot()) {
        isLastHidden = replaced.contains(directory) || emptied.contains(directory);
        directory = directory.parent();
      }
      isLastHidden |= emptied.contains(TreePath.root());
    }
    return isLastHidden;
  }
}
