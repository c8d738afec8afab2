package dev.imbrex.layers.tree;

import dev.imbrex.layers.tree.Change.Aspect;
import dev.imbrex.layers.tree.DiffOptions.Contents;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists the paths at which two trees differ, in the sense of the options. */
final class TreeChanges {
  private final FileTree before;
  private final FileTree after;
  private final NodeComparison comparison;

  /** Names whose inode has other fellow names now, and that no change was found for yet. */
  private final Set<TreePath> relinked = new HashSet<>();

  private final List<Change> found = new ArrayList<>();

  private TreeChanges(FileTree before, FileTree after, NodeComparison comparison) {
    this.before = before;
    this.after = after;
    this.comparison = comparison;
  }

  static List<Change> between(FileTree before, FileTree after, DiffOptions options, Pace pace)
      throws IOException {
    ContentComparison contents = new ContentComparison(pace, options.parallelism());
    if (options.contents() == Contents.BY_BYTES) {
      PairWalk.overNodes(before, after, pace, (a, b) -> ask(contents, a, b));
      contents.decide();
    }
    TreeChanges changes = new TreeChanges(before, after, new NodeComparison(options, contents));
    changes.compareGroups(after, before);
    changes.compareGroups(before, after);
    PairWalk.over(before, after, pace, changes::compare);
    changes.addRelinked();
    return List.copyOf(changes.found);
  }

  private static void ask(ContentComparison contents, @Nullable Node a, @Nullable Node b) {
    if (a instanceof Node.RegularFile old && b instanceof Node.RegularFile now) {
      contents.ask(old.content(), now.content());
    }
  }

  private void compareGroups(FileTree tree, FileTree other) {
    tree.links()
        .forEach(
            (node, names) -> {
              if (!names.equals(other.links().namesOf(node))) {
                names.stream()
                    .filter(name -> hasOtherFellows(other, name, names))
                    .forEach(relinked::add);
              }
            });
  }

  private static boolean hasOtherFellows(FileTree other, TreePath name, List<TreePath> names) {
    Node node = other.at(name);
    return node != null && !node.isDirectory() && !names.equals(other.linksOf(name));
  }

  private void compare(TreePath path, @Nullable Node a, @Nullable Node b) throws IOException {
    if (a == null && b != null) {
      found.add(new Change.Added(path, b));
    } else if (b == null && a != null) {
      found.add(new Change.Deleted(path, a));
    } else if (a != null && b != null) {
      Set<Aspect> aspects = comparison.aspects(a, b, path.isRoot());
      if (relinked.remove(path)) {
        aspects.add(Aspect.LINKS);
      }
      if (!aspects.isEmpty()) {
        found.add(new Change.Modified(path, a, b, aspects));
      }
    }
  }

  /** Those that lie in parts that the trees share: of an inode with a name elsewhere. */
  private void addRelinked() {
    for (TreePath name : relinked) {
      Node a = before.at(name);
      Node b = after.at(name);
      if (a != null && b != null) {
        found.add(new Change.Modified(name, a, b, EnumSet.of(Aspect.LINKS)));
      }
    }
    if (!relinked.isEmpty()) {
      found.sort(Comparator.comparing(Change::path));
    }
  }
}
