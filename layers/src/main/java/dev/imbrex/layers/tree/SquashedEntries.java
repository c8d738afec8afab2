package dev.imbrex.layers.tree;

import dev.imbrex.layers.tree.LayerSquash.NeedsLower;
import dev.imbrex.layers.tree.LayerSquash.Result;
import dev.imbrex.layers.tree.LayerSquash.Squashed;
import dev.imbrex.layers.tree.UnknownTree.Branch;
import dev.imbrex.layers.tree.UnknownTree.Gone;
import dev.imbrex.layers.tree.UnknownTree.Inode;
import dev.imbrex.layers.tree.UnknownTree.Leaf;
import dev.imbrex.layers.tree.UnknownTree.State;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Says in one layer what is known of a tree, in the order of LC-A36. */
final class SquashedEntries {
  private final UnknownTree tree;
  private final Pace pace;
  private final List<LayerEntry> entries = new ArrayList<>();
  private final IdentityHashMap<Inode, TreePath> firstNames = new IdentityHashMap<>();

  /** The directories from the root to the one walked through; on the heap, as they can be deep. */
  private final Deque<Level> levels = new ArrayDeque<>();

  private record Level(
      TreePath path, boolean hidden, Iterator<Map.Entry<byte[], State>> children) {}

  SquashedEntries(UnknownTree tree, Pace pace) {
    this.tree = tree;
    this.pace = pace;
  }

  /**
   * The layer.
   *
   * @param last the number of the layer applied last, for the answer that it cannot be said
   */
  Result make(int last) throws InterruptedIOException {
    Branch root = tree.root();
    Metadata metadata = root.metadata();
    if (metadata != null) {
      entries.add(new LayerEntry.Present(TreePath.root(), new Node.Directory(metadata)));
    }
    enter(TreePath.root(), root, false);
    while (!levels.isEmpty()) {
      pace.step();
      Level level = levels.element();
      if (level.children().hasNext()) {
        Map.Entry<byte[], State> child = level.children().next();
        NeedsLower needed =
            add(level.path().trustedChild(child.getKey()), child.getValue(), level, last);
        if (needed != null) {
          return needed;
        }
      } else {
        levels.remove();
      }
    }
    return new Squashed(entries);
  }

  /** Says what is hidden and removed in a directory, and goes on with what is in it. */
  private void enter(TreePath path, Branch branch, boolean hidden) {
    if (branch.hides() && !hidden) {
      entries.add(new LayerEntry.Opaque(path));
    }
    branch
        .children()
        .forEach(
            (name, state) -> {
              if (state instanceof Gone) {
                entries.add(new LayerEntry.Removal(path.trustedChild(name)));
              }
            });
    levels.push(new Level(path, hidden || branch.hides(), branch.children().entrySet().iterator()));
  }

  private @Nullable NeedsLower add(TreePath path, State state, Level level, int last) {
    if (state instanceof Branch branch) {
      Metadata metadata = branch.metadata();
      if (metadata == null) {
        throw new AssertionError("no entry came for " + path);
      }
      entries.add(new LayerEntry.Present(path, new Node.Directory(metadata)));
      enter(path, branch, level.hidden());
    } else if (state instanceof Leaf leaf) {
      return addName(path, leaf.inode(), last);
    }
    return null;
  }

  private @Nullable NeedsLower addName(TreePath path, Inode inode, int last) {
    if (inode.lower != null) {
      if (tree.find(inode.lower) != null) {
        return new NeedsLower(
            last, path, "it is a hard link to " + inode.lower + ", which a later layer replaces");
      }
      entries.add(new LayerEntry.Link(path, inode.lower, Metadata.forFile()));
      return null;
    }
    TreePath first = firstNames.putIfAbsent(inode, path);
    Node node = Objects.requireNonNull(inode.node);
    entries.add(
        first == null
            ? new LayerEntry.Present(path, node)
            : new LayerEntry.Link(path, first, node.metadata()));
    return null;
  }
}
