package dev.imbrex.layers.tree;

import java.util.Arrays;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a tree after layers were applied to one of which nothing is known. The root is a
 * directory; any other path is in one of five states.
 *
 * <ul>
 *   <li>Untouched: the tree below decides. There is no object for it.
 *   <li>{@link Gone}: there is nothing, whatever the tree below has.
 *   <li>{@link Leaf}: an inode that is no directory.
 *   <li>{@link Branch}: a directory. Its names without a state are untouched, or, if it hides those
 *       of the tree below, gone.
 *   <li>A branch without attributes: a directory that the layer being applied has removals in, and
 *       an entry for that is still to come.
 * </ul>
 */
final class UnknownTree {
  /** The state of a path. */
  sealed interface State permits Gone, Leaf, Branch {}

  /** Nothing there. */
  record Gone() implements State {}

  /** A name of an inode. */
  record Leaf(Inode inode) implements State {}

  static final Gone GONE = new Gone();

  /** An inode by identity: one that a layer made, or that of a path of the tree below. */
  static final class Inode {
    final @Nullable Node node;
    final @Nullable TreePath lower;

    Inode(Node node) {
      this.node = node;
      this.lower = null;
    }

    Inode(TreePath lower) {
      this.node = null;
      this.lower = lower;
    }

    boolean mayBeSymlink() {
      return node == null || node.kind() == Node.Kind.SYMLINK;
    }
  }

  /** A directory. */
  static final class Branch implements State {
    private @Nullable Metadata metadata;
    private boolean hides;
    private final SortedMap<byte[], State> children = new TreeMap<>(Arrays::compareUnsigned);

    /**
     * A directory.
     *
     * @param hides whether nothing of the tree below shows in it
     */
    Branch(@Nullable Metadata metadata, boolean hides) {
      this.metadata = metadata;
      this.hides = hides;
    }

    /** The attributes an entry gave it; null for the root as long as none has. */
    @Nullable Metadata metadata() {
      return metadata;
    }

    void setMetadata(Metadata newMetadata) {
      metadata = newMetadata;
    }

    /** Whether the names of the tree below do not show. */
    boolean hides() {
      return hides;
    }

    SortedMap<byte[], State> children() {
      return children;
    }

    /** The state of a child, null for untouched. */
    @Nullable State child(byte[] name) {
      State state = children.get(name);
      return state == null && hides ? GONE : state;
    }

    void put(byte[] name, State state) {
      children.put(name, state);
    }

    void remove(byte[] name) {
      if (hides) {
        children.remove(name);
      } else {
        children.put(name, GONE);
      }
    }

    void removeAll() {
      children.clear();
      hides = true;
    }
  }

  private final Branch root = new Branch(null, false);

  Branch root() {
    return root;
  }

  /** Whether an entry for the directory was there, so that it is one, and no link leads from it. */
  boolean isSolid(Branch branch) {
    return branch == root || branch.metadata() != null;
  }

  /** Whether a link on the way may lead the path elsewhere than its names say. */
  boolean isBehindLink(TreePath path) {
    State state = root;
    TreePath.Components names = path.parent().components();
    while (names.hasNext() && state instanceof Branch branch) {
      state = branch.child(names.next());
    }
    return state instanceof Leaf leaf && leaf.inode().mayBeSymlink();
  }

  /** The state of a path by its names alone, null for untouched. */
  @Nullable State find(TreePath path) {
    State state = root;
    TreePath.Components names = path.components();
    while (names.hasNext()) {
      byte[] name = names.next();
      if (!(state instanceof Branch branch)) {
        return state == null ? null : GONE;
      }
      state = branch.child(name);
    }
    return state;
  }
}
