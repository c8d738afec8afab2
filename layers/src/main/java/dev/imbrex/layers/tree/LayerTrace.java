package dev.imbrex.layers.tree;

import java.util.HashSet;
import java.util.Set;
import java.util.function.BiConsumer;

/**
 * What a layer did to the tree below it beyond what the trees show: why something went, and which
 * directories were made anew. Paths are those acted upon, without symbolic links on the way.
 */
final class LayerTrace {
  private final Set<TreePath> removed = new HashSet<>();
  private final Set<TreePath> emptied = new HashSet<>();
  private final Set<TreePath> replaced = new HashSet<>();
  private final BiConsumer<TreePath, Node> inodes;

  /**
   * A trace of nothing yet.
   *
   * @param inodes is told each inode that an entry makes, and where, hidden or not
   */
  LayerTrace(BiConsumer<TreePath, Node> inodes) {
    this.inodes = inodes;
  }

  /** A whiteout names this path. */
  void removes(TreePath path) {
    removed.add(path);
  }

  /** An opaque mark hides what this directory has. */
  void empties(TreePath directory) {
    emptied.add(directory);
  }

  /** An entry puts something else in place of this directory. */
  void replaces(TreePath directory) {
    replaced.add(directory);
  }

  void makes(TreePath place, Node inode) {
    inodes.accept(place, inode);
  }

  /** Whether what the lower tree has at the path went, even if the layer has something there. */
  boolean isGone(TreePath path) {
    if (removed.isEmpty() && emptied.isEmpty() && replaced.isEmpty()) {
      return false;
    }
    if (removed.contains(path) || replaced.contains(path)) {
      return true;
    }
    for (TreePath p = path; !p.isRoot(); ) {
      p = p.parent();
      if (emptied.contains(p) || removed.contains(p) || replaced.contains(p)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Why the path that the lower tree has is not there any more. Of several whiteouts that took it
   * along, the one nearest to it counts.
   */
  PathEvent.Kind causeOfRemoval(TreePath path) {
    if (removed.contains(path)) {
      return PathEvent.Kind.REMOVED;
    }
    for (TreePath p = path; !p.isRoot(); ) {
      p = p.parent();
      if (emptied.contains(p)) {
        return PathEvent.Kind.REMOVED_BY_OPAQUE;
      }
      if (removed.contains(p)) {
        return PathEvent.Kind.REMOVED_WITH_PARENT;
      }
    }
    // Whiteouts act first; what is left goes with a directory that gives way to something else.
    return PathEvent.Kind.REMOVED_WITH_PARENT;
  }
}
