package dev.imbrex.layers.tree;

import dev.imbrex.layers.tree.Change.Aspect;
import dev.imbrex.layers.tree.Change.Kind;
import java.util.Collection;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Reduces changes to what {@code docker diff} shows of them. */
final class ChangeSummary {
  private final SortedMap<TreePath, Kind> kinds = new TreeMap<>();

  /** A directory that has gone: nothing below it is listed, as paths come in order. */
  private TreePath gone = TreePath.root();

  private ChangeSummary() {}

  static SortedMap<TreePath, Kind> of(Collection<Change> changes) {
    ChangeSummary summary = new ChangeSummary();
    changes.forEach(summary::take);
    return summary.kinds;
  }

  private void take(Change change) {
    TreePath path = change.path();
    boolean isBelowGone = !gone.isRoot() && path.startsWith(gone);
    if (path.isRoot() || isInvisible(change) || (isBelowGone && change.kind() == Kind.DELETED)) {
      return;
    }
    kinds.put(path, change.kind());
    for (TreePath p = path.parent(); !p.isRoot() && !kinds.containsKey(p); p = p.parent()) {
      kinds.put(p, Kind.MODIFIED);
    }
    if (losesChildren(change)) {
      gone = path;
    }
  }

  private static boolean losesChildren(Change change) {
    return change.findBefore().map(Node::isDirectory).orElse(false)
        && !change.findAfter().map(Node::isDirectory).orElse(false);
  }

  private static boolean isInvisible(Change change) {
    if (!(change instanceof Change.Modified modified)) {
      return false;
    }
    Set<Aspect> aspects = modified.aspects();
    return aspects.equals(Set.of(Aspect.LINKS))
        || (modified.after().isDirectory() && aspects.equals(Set.of(Aspect.TIME)));
  }
}
