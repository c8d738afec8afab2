package dev.imbrex.image;

import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/** Finds the paths at which two trees differ, passing over what they share. */
final class PathComparison {
  private final FileTree before;
  private final FileTree after;
  private final Deque<TreePath> ahead = new ArrayDeque<>();
  private final Map<TreePath, PathChange.Kind> found = new TreeMap<>();

  /** Files alike in all but where their contents lie. */
  private final Map<TreePath, List<FileContent>> doubtful = new TreeMap<>();

  private PathComparison(FileTree before, FileTree after) {
    this.before = before;
    this.after = after;
  }

  /** What differs, in the order of paths; links are not looked at. */
  static Map<TreePath, PathChange.Kind> between(FileTree before, FileTree after)
      throws IOException {
    PathComparison comparison = new PathComparison(before, after);
    comparison.compare(
        TreePath.root(),
        before.find(TreePath.root()).orElseThrow(),
        after.find(TreePath.root()).orElseThrow());
    while (!comparison.ahead.isEmpty()) {
      comparison.compareChildren(comparison.ahead.remove());
    }
    comparison.decide();
    return comparison.found;
  }

  private void compareChildren(TreePath directory) throws IOException {
    Map<TreePath, Node> old = new HashMap<>();
    for (FileTree.Entry entry : before.list(directory)) {
      old.put(entry.path(), entry.node());
    }
    for (FileTree.Entry entry : after.list(directory)) {
      Node node = old.remove(entry.path());
      if (node == null) {
        addAll(after, entry.path(), PathChange.Kind.ADDED);
      } else {
        compare(entry.path(), node, entry.node());
      }
    }
    old.keySet().forEach(path -> addAll(before, path, PathChange.Kind.DELETED));
  }

  @SuppressWarnings("ReferenceEquality") // The very same node has the same children.
  private void compare(TreePath path, Node old, Node now) {
    if (old == now) {
      return;
    }
    if (old.isDirectory() && now.isDirectory()) {
      ahead.add(path);
    } else if (old.isDirectory() || now.isDirectory()) {
      addAll(before, path, PathChange.Kind.DELETED);
      addAll(after, path, PathChange.Kind.ADDED);
    }
    if (!old.equals(now)) {
      compareFiles(path, old, now);
    }
  }

  private void compareFiles(TreePath path, Node old, Node now) {
    if (old instanceof Node.RegularFile one
        && now instanceof Node.RegularFile two
        && one.content().size() == two.content().size()
        && one.metadata().equals(two.metadata())) {
      doubtful.put(path, List.of(one.content(), two.content()));
    } else {
      found.put(path, PathChange.Kind.CHANGED);
    }
  }

  private void addAll(FileTree tree, TreePath from, PathChange.Kind kind) {
    tree.walk(from).forEach(entry -> found.put(entry.path(), kind));
  }

  private void decide() throws IOException {
    List<FileContent> contents = new ArrayList<>();
    doubtful.values().forEach(contents::addAll);
    Map<FileContent, Digest> digests = ContentDigests.of(contents);
    doubtful.forEach(
        (path, pair) -> {
          if (!Objects.equals(digests.get(pair.get(0)), digests.get(pair.get(1)))) {
            found.put(path, PathChange.Kind.CHANGED);
          }
        });
  }

  /**
   * The topmost layer that did something at a path.
   *
   * @param views the trees that stacks of layers make, each with one layer more than the one before
   * @param lowest how many layers the first of them has
   */
  static OptionalInt layerOf(TreePath path, List<FileTree> views, int lowest) {
    for (int i = views.size() - 1; i > 0; i--) {
      if (isTouched(views.get(i - 1).find(path), views.get(i).find(path))) {
        return OptionalInt.of(lowest + i - 1);
      }
    }
    return OptionalInt.empty();
  }

  @SuppressWarnings("ReferenceEquality") // Another inode is another one even if it is equal.
  private static boolean isTouched(Optional<Node> below, Optional<Node> above) {
    if (below.isEmpty() || above.isEmpty()) {
      return below.isPresent() != above.isPresent();
    }
    boolean directories = below.get().isDirectory() && above.get().isDirectory();
    return directories ? !below.get().equals(above.get()) : below.get() != above.get();
  }
}
