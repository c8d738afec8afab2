package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import java.util.HashMap;
import java.util.Map;

/** Link groups that the disk has as copies of a file, because it takes no links (LC-B57). */
final class LinkCopies {
  private final Map<Long, TreePath> firstNames = new HashMap<>();
  private final Map<TreePath, TreePath> targets = new HashMap<>();

  /** Adds a name to the group of this number. */
  void add(TreePath path, long group) {
    TreePath first = firstNames.putIfAbsent(group, path);
    if (first != null) {
      targets.put(path, first);
    }
  }

  /** Makes the copies names of one inode. */
  void linkIn(TreeEditor editor) {
    targets.forEach(editor::link);
  }
}
