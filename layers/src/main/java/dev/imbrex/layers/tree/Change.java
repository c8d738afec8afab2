package dev.imbrex.layers.tree;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;

/**
 * A path at which two trees differ, and how (SN-H9). {@link TreeDiff#changes} finds them all.
 *
 * <pre>{@code
 * for (Change change : TreeDiff.changes(before, after)) {
 *   out.println(change.kind().letter() + " " + change.path());
 * }
 * }</pre>
 *
 * <p>Each path stands for itself: of a directory that is only in one tree all that is in it is
 * listed as well, and a directory is not modified when merely its children are. {@link #summary}
 * lists changes as {@code docker diff} does. Immutable.
 */
public sealed interface Change {
  /** The kinds of change. */
  enum Kind {
    /** Only the second tree has the path. */
    ADDED('A'),
    /** Both trees have it, and it is not the same. */
    MODIFIED('C'),
    /** Only the first tree has it. */
    DELETED('D');

    private final char letter;

    Kind(char letter) {
      this.letter = letter;
    }

    /** What {@code docker diff} writes for it: {@code A}, {@code C} or {@code D}. */
    public char letter() {
      return letter;
    }
  }

  /** What can differ at a path that both trees have. */
  enum Aspect {
    /** The kind of node; contents, targets and device numbers are not compared then. */
    TYPE,
    /** The bytes of a regular file. */
    CONTENT,
    /** The target of a symbolic link. */
    TARGET,
    /** The numbers of a device. */
    DEVICE,
    /** Permissions, set-id and sticky bits. */
    MODE,
    /** The owning user or group. */
    OWNER,
    /** The time of the last modification. */
    TIME,
    /** Extended attributes. */
    XATTRS,
    /** Which other names the inode has (LC-M3). */
    LINKS
  }

  /** The path. */
  TreePath path();

  /** Whether it was added, modified or deleted. */
  Kind kind();

  /** What the first tree has at the path; nothing if it was added. */
  Optional<Node> findBefore();

  /** What the second tree has at the path; nothing if it was deleted. */
  Optional<Node> findAfter();

  /** The bytes of the regular file in the first tree; 0 if there is none. */
  default long sizeBefore() {
    return findBefore().map(Folder::sizeOf).orElse(0L);
  }

  /** The bytes of the regular file in the second tree; 0 if there is none. */
  default long sizeAfter() {
    return findAfter().map(Folder::sizeOf).orElse(0L);
  }

  /** Only the second tree has this path. */
  record Added(TreePath path, Node after) implements Change {
    /** Checks that nothing is null. */
    public Added {
      Objects.requireNonNull(path);
      Objects.requireNonNull(after);
    }

    @Override
    public Kind kind() {
      return Kind.ADDED;
    }

    @Override
    public Optional<Node> findBefore() {
      return Optional.empty();
    }

    @Override
    public Optional<Node> findAfter() {
      return Optional.of(after);
    }
  }

  /**
   * Both trees have this path, with another node or other fellow names.
   *
   * @param aspects in what they differ; ordered, not empty, cannot be modified
   */
  record Modified(TreePath path, Node before, Node after, Set<Aspect> aspects) implements Change {
    /**
     * Copies the aspects.
     *
     * @throws IllegalArgumentException if there are none
     */
    public Modified {
      Objects.requireNonNull(path);
      Objects.requireNonNull(before);
      Objects.requireNonNull(after);
      if (aspects.isEmpty()) {
        throw new IllegalArgumentException(path + " differs in nothing");
      }
      aspects = Collections.unmodifiableSet(EnumSet.copyOf(aspects));
    }

    @Override
    public Kind kind() {
      return Kind.MODIFIED;
    }

    @Override
    public Optional<Node> findBefore() {
      return Optional.of(before);
    }

    @Override
    public Optional<Node> findAfter() {
      return Optional.of(after);
    }
  }

  /** Only the first tree has this path. */
  record Deleted(TreePath path, Node before) implements Change {
    /** Checks that nothing is null. */
    public Deleted {
      Objects.requireNonNull(path);
      Objects.requireNonNull(before);
    }

    @Override
    public Kind kind() {
      return Kind.DELETED;
    }

    @Override
    public Optional<Node> findBefore() {
      return Optional.of(before);
    }

    @Override
    public Optional<Node> findAfter() {
      return Optional.empty();
    }
  }

  /**
   * The changes as {@code docker diff} lists those of a container: a directory in which something
   * changed counts as modified itself, save the root, which is never listed; of a directory that
   * was deleted, or gave way to something else, nothing below is listed; neither is what only the
   * time of a directory or a link group tells apart. What Docker is blind for (extended attributes
   * but capabilities, a content of the same length and time) stays in the list.
   *
   * @param changes all changes between two trees, in the order of their paths
   * @return the kinds by path, in the order of the paths; may be modified by the caller
   */
  static SortedMap<TreePath, Kind> summary(Collection<Change> changes) {
    return ChangeSummary.of(changes);
  }
}
