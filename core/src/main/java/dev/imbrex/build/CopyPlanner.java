package dev.imbrex.build;

import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Turns sources that were found into groups of items. */
final class CopyPlanner {
  private final FileTree files;
  private final CopyRules rules;

  CopyPlanner(FileTree files, CopyRules rules) {
    this.files = files;
    this.rules = rules;
  }

  /** A file under its name, or what is in a directory. */
  List<CopyGroup> plan(CopySources.Found found) {
    Node node = files.find(found.path()).orElseThrow();
    if (node.isDirectory()) {
      return List.of(directory(found.path(), TreePath.root()));
    }
    TreePath name = TreePath.root().child(found.asked().name());
    if (rules.excludes().excludes(CopySources.text(name))) {
      return List.of();
    }
    Node changed = node.withMetadata(rules.apply(node.metadata(), false));
    return List.of(
        new CopyGroup(
            name, true, false, List.of(new CopyItem(TreePath.root(), changed, Optional.empty()))));
  }

  /** All of the tree of an archive, as it lies below its root. */
  CopyGroup archive() {
    List<CopyItem> items = directory(TreePath.root(), TreePath.root()).items();
    return new CopyGroup(TreePath.root(), false, true, items);
  }

  /**
   * What was found with the directories it is in (SN-B20): those of the path asked for that stand
   * behind the pivot.
   *
   * @param pivot how many names in front of the path do not count
   */
  CopyGroup withParents(List<CopySources.Found> found, int pivot) throws IOException {
    List<CopyItem> items = new ArrayList<>();
    Set<TreePath> made = new HashSet<>();
    for (CopySources.Found source : found) {
      TreePath kept = below(source.asked(), pivot);
      parents(source.asked(), kept, made, items);
      Node node = files.find(source.path()).orElseThrow();
      if (rules.excludes().excludes(CopySources.text(kept))) {
        continue;
      }
      if (made.add(kept) || !node.isDirectory()) {
        items.add(item(kept, node, Optional.empty()));
      }
      if (node.isDirectory()) {
        for (CopyItem inside : directory(source.path(), kept).items()) {
          items.add(new CopyItem(kept.resolve(inside.path()), inside.node(), inside.link()));
        }
      }
    }
    return new CopyGroup(TreePath.root(), false, false, items);
  }

  private void parents(TreePath asked, TreePath kept, Set<TreePath> made, List<CopyItem> items)
      throws IOException {
    List<TreePath> missing = new ArrayList<>();
    TreePath source = asked;
    TreePath target = kept;
    while (!target.isRoot() && !target.parent().isRoot()) {
      source = source.parent();
      target = target.parent();
      TreePath place = files.follow(source).orElse(source);
      Optional<Node> directory = files.find(place);
      if (directory.isPresent() && made.add(target)) {
        missing.add(0, target);
        items.add(
            items.size() - missing.size() + 1, item(target, directory.get(), Optional.empty()));
      }
    }
  }

  private static TreePath below(TreePath path, int names) {
    TreePath kept = TreePath.root();
    for (var name : path.names().subList(Math.min(names, path.depth()), path.depth())) {
      kept = kept.child(name);
    }
    return kept;
  }

  private CopyItem item(TreePath path, Node node, Optional<TreePath> link) {
    Node changed =
        node.isDirectory()
            ? new Node.Directory(rules.apply(node.metadata(), true))
            : node.withMetadata(rules.apply(node.metadata(), false));
    return new CopyItem(path, changed, link);
  }

  /**
   * What is in a directory.
   *
   * @param prefix where it will be, for what is left out
   */
  private CopyGroup directory(TreePath directory, TreePath prefix) {
    List<CopyItem> items = new ArrayList<>();
    Map<TreePath, TreePath> first = new HashMap<>();
    List<FileTree.Entry> entries = files.walk(directory).skip(1).toList();
    Set<TreePath> removed = removed(entries, directory);
    for (FileTree.Entry entry : entries) {
      TreePath relative = relative(entry.path(), directory);
      if (removed.contains(relative)) {
        continue;
      }
      List<TreePath> names = files.linksOf(entry);
      Optional<TreePath> link =
          names.size() > 1
              ? Optional.ofNullable(first.putIfAbsent(names.get(0), relative))
              : Optional.empty();
      items.add(item(relative, entry.node(), link.map(prefix::resolve)));
    }
    return new CopyGroup(TreePath.root(), false, false, items);
  }

  private Set<TreePath> removed(List<FileTree.Entry> entries, TreePath directory) {
    if (rules.excludes().isEmpty()) {
      return Set.of();
    }
    Pruning pruning = new Pruning(rules.excludes());
    entries.forEach(entry -> pruning.see(relative(entry.path(), directory)));
    return new HashSet<>(pruning.removed());
  }

  private static TreePath relative(TreePath path, TreePath directory) {
    if (directory.isRoot()) {
      return path;
    }
    byte[] bytes = path.toBytes();
    int skipped = directory.toBytes().length + 1;
    return TreePath.of(Arrays.copyOfRange(bytes, skipped, bytes.length));
  }
}
