package dev.imbrex.build;

import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts groups of items where they go (SN-B17). */
final class CopyTarget {
  private final TreeEditor editor;
  private final CopyRules rules;

  CopyTarget(TreeEditor editor, CopyRules rules) {
    this.editor = editor;
    this.rules = rules;
  }

  /**
   * Puts groups at a destination.
   *
   * @param destination where; absolute
   * @param isDirectory whether the destination is a directory by what it says
   * @throws IllegalArgumentException if a file stands where a directory must be, or the other way
   *     round
   */
  void put(List<CopyGroup> groups, TreePath destination, boolean isDirectory) throws IOException {
    for (CopyGroup group : groups) {
      TreePath real = follow(destination);
      boolean into = isDirectory || !group.isFile() || isDirectory(real);
      if (into) {
        TreePath directory = directory(real);
        for (CopyItem item : group.items()) {
          put(item, directory, directory.resolve(group.name()).resolve(item.path()));
        }
      } else if (!real.isRoot()) {
        directory(follow(real.parent()));
        put(group.items().get(0), real, real);
      }
    }
  }

  private void put(CopyItem item, TreePath directory, TreePath path) throws IOException {
    TreePath place = place(path);
    Optional<Node> there = editor.find(place);
    boolean replaced = there.isPresent() && there.get().isDirectory();
    if (item.node().isDirectory()) {
      TreePath real = follow(place);
      if (there.isPresent() && !isDirectory(real)) {
        throw new IllegalArgumentException(
            "cannot copy a directory to " + place + ", where there is something else");
      }
      directory(real.isRoot() ? real : follow(real.parent()));
      editor.put(real, item.node());
      return;
    }
    if (replaced) {
      throw new IllegalArgumentException("cannot copy a file to " + place + ", a directory");
    }
    directory(place.parent());
    if (item.link().isPresent()) {
      editor.link(place, place(directory.resolve(item.link().get())));
    } else {
      editor.put(place, item.node());
    }
  }

  /** The path with all links before its last name followed. */
  private TreePath place(TreePath path) throws IOException {
    return editor.realPath(path);
  }

  /** Where a path leads; links to nothing lead to themselves. */
  private TreePath follow(TreePath path) throws IOException {
    TreePath place = place(path);
    Optional<Node> there = editor.find(place);
    if (there.isPresent() && there.get().kind() == Node.Kind.SYMLINK) {
      return snapshot().follow(place).orElse(place);
    }
    return place;
  }

  private FileTree snapshot() {
    return editor.toTree();
  }

  private boolean isDirectory(TreePath path) {
    return editor.find(path).filter(Node::isDirectory).isPresent();
  }

  /** Makes a directory and those it is in, where they are missing. */
  TreePath directory(TreePath path) {
    List<TreePath> missing = new ArrayList<>();
    TreePath next = path;
    while (!next.isRoot() && editor.find(next).isEmpty()) {
      missing.add(0, next);
      next = next.parent();
    }
    if (!isDirectory(next)) {
      throw new IllegalArgumentException(
          "cannot copy to " + path + ": " + next + " is no directory");
    }
    for (TreePath one : missing) {
      editor.put(one, new Node.Directory(rules.parent()));
    }
    return path;
  }
}
