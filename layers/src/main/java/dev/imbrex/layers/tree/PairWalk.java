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

  /** Sees the same, and need not know where. */
  interface NodeVisitor {
    /** One of the two may be null, for nothing. */
    void visit(@Nullable Node a, @Nullable Node b) throws IOException;
  }

  /** Sees the same; the directory is null for the root itself. */
  private interface NameVisitor {
    void visit(@Nullable TreePath directory, byte[] name, @Nullable Node a, @Nullable Node b)
        throws IOException;
  }

  private static final byte[] NO_NAME = {};

  private final Pace pace;
  private final NameVisitor visitor;
  private final Deque<Level> levels = new ArrayDeque<>();

  private PairWalk(Pace pace, NameVisitor visitor) {
    this.pace = pace;
    this.visitor = visitor;
  }

  static void over(FileTree a, FileTree b, Pace pace, Visitor visitor) throws IOException {
    walk(
        a,
        b,
        pace,
        (directory, name, old, now) -> visitor.visit(pathOf(directory, name), old, now));
  }

  /** As above; no paths are made of the names of files. */
  static void overNodes(FileTree a, FileTree b, Pace pace, NodeVisitor visitor) throws IOException {
    walk(a, b, pace, (directory, name, old, now) -> visitor.visit(old, now));
  }

  private static void walk(FileTree a, FileTree b, Pace pace, NameVisitor visitor)
      throws IOException {
    PairWalk walk = new PairWalk(pace, visitor);
    walk.visit(null, NO_NAME, a.rootFolder(), b.rootFolder());
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
      visit(level.path, name, a, b);
    }
  }

  private void visit(@Nullable TreePath directory, byte[] name, @Nullable Node a, @Nullable Node b)
      throws IOException {
    if (Nodes.isSame(a, b)) {
      return;
    }
    visitor.visit(directory, name, a, b);
    if (a instanceof Folder || b instanceof Folder) {
      levels.push(new Level(pathOf(directory, name), a, b));
    }
  }

  private static TreePath pathOf(@Nullable TreePath directory, byte[] name) {
    return directory == null ? TreePath.root() : directory.trustedChild(name);
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
