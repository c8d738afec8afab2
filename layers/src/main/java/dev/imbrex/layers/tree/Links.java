package dev.imbrex.layers.tree;

import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The link groups of a tree: for each inode of two names or more, all its names in order (LC-M3).
 *
 * <p>An inode is a {@link Node} object. All its names lead to the one object, so a part that two
 * trees share has the same relations in both; what a group gains or loses outside that part shows
 * here, without a look into it. Immutable.
 */
final class Links {
  private static final Links NONE = new Links(new IdentityHashMap<>());

  private final IdentityHashMap<Node, List<TreePath>> names;

  private final long nameCount;

  private Links(IdentityHashMap<Node, List<TreePath>> names) {
    this.names = names;
    this.nameCount = names.values().stream().mapToLong(List::size).sum();
  }

  static Links none() {
    return NONE;
  }

  boolean isEmpty() {
    return names.isEmpty();
  }

  /** The number of groups. */
  int size() {
    return names.size();
  }

  /** All names of the inode in path order, or null if it has only one. */
  @Nullable List<TreePath> namesOf(Node node) {
    return names.get(node);
  }

  /** Shows every group, in no promised order. */
  void forEach(BiConsumer<Node, List<TreePath>> visitor) {
    names.forEach(visitor);
  }

  /** Groups while they are edited: those of a tree, and the names that came or went. */
  static final class Editor {
    private final Links base;
    private final IdentityHashMap<Node, SortedSet<TreePath>> changed = new IdentityHashMap<>();
    private long added;

    Editor(Links base) {
      this.base = base;
    }

    /** Whether no inode has, or had, a second name. */
    boolean isEmpty() {
      return base.isEmpty() && changed.isEmpty();
    }

    /**
     * The names of an inode that has, or once had, a second name; null for any other. The set may
     * be empty; it must not be written to.
     */
    @Nullable SortedSet<TreePath> find(Node node) {
      SortedSet<TreePath> names = changed.get(node);
      if (names == null && base.namesOf(node) != null) {
        names = open(node);
      }
      return names;
    }

    void add(Node node, TreePath name) {
      open(node).add(name);
      added++;
    }

    void remove(Node node, TreePath name) {
      SortedSet<TreePath> names = find(node);
      if (names != null) {
        names.remove(name);
      }
    }

    /** How many names of groups there are at most; what has gone may still be counted. */
    long count() {
      return base.nameCount + added;
    }

    /** Takes all names at and below a path out of their groups. */
    void removeBelow(TreePath path) {
      base.forEach(
          (node, names) -> {
            if (names.stream().anyMatch(name -> name.startsWith(path))) {
              open(node);
            }
          });
      changed.values().forEach(names -> names.removeIf(name -> name.startsWith(path)));
    }

    private SortedSet<TreePath> open(Node node) {
      SortedSet<TreePath> names = changed.get(node);
      if (names == null) {
        List<TreePath> before = base.namesOf(node);
        names = before == null ? new TreeSet<>() : new TreeSet<>(before);
        changed.put(node, names);
      }
      return names;
    }

    Links freeze() {
      if (changed.isEmpty()) {
        return base;
      }
      IdentityHashMap<Node, List<TreePath>> names = new IdentityHashMap<>(base.names);
      boolean[] differs = new boolean[1];
      changed.forEach(
          (node, set) -> {
            List<TreePath> after = set.size() > 1 ? List.copyOf(set) : null;
            List<TreePath> before = after == null ? names.remove(node) : names.put(node, after);
            differs[0] |= !Objects.equals(before, after);
          });
      if (!differs[0]) {
        return base;
      }
      return names.isEmpty() ? NONE : new Links(names);
    }
  }
}
