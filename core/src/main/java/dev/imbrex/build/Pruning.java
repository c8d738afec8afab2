package dev.imbrex.build;

import dev.imbrex.dockerfile.IgnorePatterns;
import dev.imbrex.layers.tree.TreePath;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Finds out which paths patterns leave out of a tree. */
final class Pruning {
  private final IgnorePatterns ignore;
  private final List<TreePath> excluded = new ArrayList<>();
  private final Set<TreePath> needed = new HashSet<>();

  Pruning(IgnorePatterns ignore) {
    this.ignore = ignore;
  }

  void see(TreePath path) {
    if (path.isRoot()) {
      return;
    }
    if (ignore.excludes(CopySources.text(path))) {
      excluded.add(path);
      return;
    }
    TreePath directory = path.parent();
    while (!directory.isRoot() && needed.add(directory)) {
      directory = directory.parent();
    }
  }

  /** What goes: what is left out, and is no directory on the way to something that is not. */
  List<TreePath> removed() {
    return excluded.stream().filter(path -> !needed.contains(path)).toList();
  }
}
