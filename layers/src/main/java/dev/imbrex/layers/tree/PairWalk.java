package dev.imbrex.layers.tree;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Goes through two trees at once, in the order of paths, and passes over what they share: what lies
 * below one directory object is the same on both sides.
 */
final class PairWalk {
  /** Sees each path at which the trees do not have the very same node. */
  interface Visitor {
    /** One of the two may be null, for nothing. */
    void visit(TreePath path, @Nullable Node a, @Nullable Node b) throws IOException;
  }

  private final Pace pace;
  private final Visitor visitor;
  private final Deque<Level> levels = new ArrayDeque<>();

  private PairWalk(Pace pace, Visitor visitor) {
    this.pace = pace;
    this.visitor = visitor;
  }

  static void over(FileTree a, FileTree b, Pace pace, Visitor visitor) throws IOException {
    PairWalk walk = new PairWalk(pace, visitor);
    walk.visit(TreePath.root(), a.rootFolder(), b.rootFolder());
    while (!walk.levels.isEmpty()) {
      Level level = walk.levels.element();
      if (level.isAtEnd()) {
        walk.levels.remove();
      } else {
        walk.visitNext(level);
      }
    }
  }

  private void visitNext(Level level) throws IOException {
    pace.step();
    int order = level.order();
    byte[] name = order <= 0 ? level.a.name(level.nextA) : level.b.name(level.nextB);
    Node a = order <= 0 ? level.a.node(level.nextA++) : null;
    Node b = order >= 0 ? level.b.node(level.nextB++) : null;
    if (!Nodes.isSame(a, b)) {
      visit(level.path.trustedChild(name), a, b);
    }
  }

  private void visit(TreePath path, @Nullable Node a, @Nullable Node b) throws IOException {
    if (Nodes.isSame(a, b)) {
      return;
    }
    visitor.visit(path, a, b);
    if (a instanceof Folder || b instanceof Folder) {
      levels.push(new Level(path, a, b));
    }
  }

  /** Two directories, or one and nothing, and which of their children come next. */
  private static final class Level {
    private static final Folder NOTHING = Folder.empty(Metadata.forDirectory());

    final TreePath path;
    final Folder a;
    final Folder b;
    int nextA;
    int nextB;

    Level(TreePath path, @Nullable Node a, @Nullable Node b) {
      this.path = path;
      this.a = a instanceof Folder folder ? folder : NOTHING;
      this.b = b instanceof Folder folder ? folder : NOTHING;
    }

    boolean isAtEnd() {
      return nextA == a.size() && nextB == b.size();
    }

    /** Negative if the next name is that of the first directory only, 0 if both have it. */
    int order() {
      if (nextA == a.size()) {
        return 1;
      }
      return nextB == b.size() ? -1 : Arrays.compareUnsigned(a.name(nextA), b.name(nextB));
    }
  }
}
