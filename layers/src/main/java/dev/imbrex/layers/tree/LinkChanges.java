package dev.imbrex.layers.tree;

import java.io.IOException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Decides for each name that is, or was, one of several of its inode whether a layer has to send
 * it, so that afterwards names are linked exactly as in the second tree (LC-A20, LC-A21).
 *
 * <p>A group of the second tree can be left alone only as a whole, and only if all its names are
 * there unchanged and were one group before. Of several such groups that came from one, just one
 * can be left alone: the largest, or of equally large ones that with the smallest name. Groups
 * whose inode has the same names in both trees are passed over by identity and do not appear here.
 */
final class LinkChanges {
  private final FileTree before;
  private final FileTree after;
  private final NodeComparison comparison;

  /** The names decided so far; true if a name is to be sent. */
  private final NavigableMap<TreePath, Boolean> decisions = new TreeMap<>();

  private LinkChanges(FileTree before, FileTree after, NodeComparison comparison) {
    this.before = before;
    this.after = after;
    this.comparison = comparison;
  }

  /** The decisions by name; a name without one is judged by its node alone. */
  static NavigableMap<TreePath, Boolean> between(
      FileTree before, FileTree after, NodeComparison comparison) throws IOException {
    LinkChanges changes = new LinkChanges(before, after, comparison);
    changes.decide();
    return changes.decisions;
  }

  private void decide() throws IOException {
    Map<TreePath, List<TreePath>> affected = new TreeMap<>();
    after
        .links()
        .forEach(
            (node, names) -> {
              if (!names.equals(before.links().namesOf(node))) {
                affected.put(names.get(0), names);
              }
            });
    before
        .links()
        .forEach(
            (node, names) -> {
              if (!names.equals(after.links().namesOf(node))) {
                names.forEach(name -> addGroupOf(name, affected));
              }
            });
    IdentityHashMap<Node, List<TreePath>> kept = new IdentityHashMap<>();
    for (List<TreePath> group : affected.values()) {
      Node origin = originOf(group);
      if (origin == null) {
        send(group);
      } else {
        List<TreePath> rival = kept.get(origin);
        // Groups come in the order of their smallest names, so that a draw goes to the first.
        if (rival == null || group.size() > rival.size()) {
          kept.put(origin, group);
          send(rival == null ? List.of() : rival);
        } else {
          send(group);
        }
      }
    }
    kept.values().forEach(group -> group.forEach(name -> decisions.put(name, false)));
  }

  private void addGroupOf(TreePath name, Map<TreePath, List<TreePath>> affected) {
    Node node = after.at(name);
    if (node != null && !node.isDirectory()) {
      List<TreePath> group = after.linksOf(name);
      affected.put(group.get(0), group);
    }
  }

  private void send(List<TreePath> group) {
    group.forEach(name -> decisions.put(name, true));
  }

  /** The one inode that all names of the group had before, unchanged since, or null. */
  private @Nullable Node originOf(List<TreePath> group) throws IOException {
    Node origin = before.at(group.get(0));
    if (origin == null) {
      return null;
    }
    for (TreePath name : group) {
      if (!Nodes.isSame(before.at(name), origin)) {
        return null;
      }
    }
    Node node = after.at(group.get(0));
    return node != null && comparison.areEqual(origin, node) ? origin : null;
  }
}
