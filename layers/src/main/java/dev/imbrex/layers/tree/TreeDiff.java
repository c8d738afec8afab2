package dev.imbrex.layers.tree;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/**
 * Computes the layer that makes one tree of another (LC-A1 to LC-A38): {@code
 * a.apply(TreeDiff.between(a, b), findings)} equals {@code b}.
 *
 * <p>Entries come in an order that depends on the two trees only. Every entry has those of its
 * parents before it; in a directory removals come first; a link comes after the first name of its
 * inode, which is in the same layer. Parts that the trees share are not looked into.
 */
public final class TreeDiff {
  private final FileTree before;
  private final FileTree after;
  private final DiffOptions options;
  private final Pace pace;
  private final NodeComparison comparison;
  private final NavigableMap<TreePath, Boolean> linkDecisions;
  private final List<LayerEntry> entries = new ArrayList<>();

  /** The directories from the root to the one walked through; on the heap, as they can be deep. */
  private final List<Level> levels = new ArrayList<>();

  /** The first of the levels that has no entry yet; those after it have none either. */
  private int unsent;

  private TreeDiff(FileTree before, FileTree after, DiffOptions options, Pace pace)
      throws IOException {
    this.before = before;
    this.after = after;
    this.options = options;
    this.pace = pace;
    this.comparison = new NodeComparison(options, contents(before, after, options, pace));
    this.linkDecisions = LinkChanges.between(before, after, comparison);
  }

  /**
   * The layer from one tree to another with standard options; no entries if they are equal.
   *
   * @throws UnsupportedContentException if a change cannot be said in a layer: a name starts as a
   *     whiteout does, or is to be removed and too long for one
   */
  public static List<LayerEntry> between(FileTree before, FileTree after) throws ImageException {
    try {
      return between(before, after, DiffOptions.standard(), Pace.unasked());
    } catch (ImageException e) {
      throw e;
    } catch (IOException e) {
      throw new AssertionError("standard options read no content", e);
    }
  }

  /**
   * The layer from one tree to another; no entries if they are equal in the sense of the options.
   *
   * @throws UnsupportedContentException if a change cannot be said in a layer: a name starts as a
   *     whiteout does, or is to be removed and too long for one
   * @throws IOException if contents are compared by their bytes and cannot be read
   */
  public static List<LayerEntry> between(FileTree before, FileTree after, DiffOptions options)
      throws IOException {
    return between(before, after, options, Progress.none());
  }

  /**
   * The layer from one tree to another, as {@link #between(FileTree, FileTree, DiffOptions)}.
   *
   * @param progress is told of the bytes read to compare contents, and asked every now and then
   *     whether to go on
   * @throws java.io.InterruptedIOException if the thread is interrupted, which it stays
   */
  public static List<LayerEntry> between(
      FileTree before, FileTree after, DiffOptions options, Progress progress) throws IOException {
    try (Pace pace = Pace.start("Compare two trees", -1, progress)) {
      return between(before, after, options, pace);
    }
  }

  private static List<LayerEntry> between(
      FileTree before, FileTree after, DiffOptions options, Pace pace) throws IOException {
    TreeDiff diff = new TreeDiff(before, after, options, pace);
    diff.compareTrees();
    return List.copyOf(diff.entries);
  }

  /**
   * The paths at which two trees differ, with standard options; none if they are equal in their
   * sense. Contents that are not the same by reference count as different.
   *
   * @return the changes in the order of their paths
   */
  public static List<Change> changes(FileTree before, FileTree after) {
    try {
      return TreeChanges.between(before, after, DiffOptions.standard(), Pace.unasked());
    } catch (IOException e) {
      throw new AssertionError("standard options read no content", e);
    }
  }

  /**
   * The paths at which two trees differ in the sense of the options, and in what; parts that they
   * share are not looked into. Contents are compared by themselves, whatever else differs at the
   * path; if by their bytes, then each layer in which some of them lie is read once.
   *
   * @return the changes in the order of their paths
   * @throws IOException if contents are compared by their bytes and cannot be read
   */
  public static List<Change> changes(FileTree before, FileTree after, DiffOptions options)
      throws IOException {
    return changes(before, after, options, Progress.none());
  }

  /**
   * The paths at which two trees differ, as {@link #changes(FileTree, FileTree, DiffOptions)}.
   *
   * @param progress is told of the bytes read to compare contents, and asked every now and then
   *     whether to go on
   * @throws java.io.InterruptedIOException if the thread is interrupted, which it stays
   */
  public static List<Change> changes(
      FileTree before, FileTree after, DiffOptions options, Progress progress) throws IOException {
    try (Pace pace = Pace.start("Compare two trees", -1, progress)) {
      return TreeChanges.between(before, after, options, pace);
    }
  }

  /** The contents that need to be read because all else is equal, and the answers. */
  private static ContentComparison contents(
      FileTree before, FileTree after, DiffOptions options, Pace pace) throws IOException {
    ContentComparison contents = new ContentComparison(pace, options.parallelism());
    if (options.contents() == DiffOptions.Contents.BY_BYTES) {
      NodeComparison attributes = new NodeComparison(options, contents);
      PairWalk.overNodes(
          before,
          after,
          pace,
          (a, b) -> {
            if (a instanceof Node.RegularFile old
                && b instanceof Node.RegularFile now
                && attributes.haveEqualMetadata(old, now)) {
              contents.ask(old.content(), now.content());
            }
          });
      contents.decide();
    }
    return contents;
  }

  private void compareTrees() throws IOException {
    Folder a = before.rootFolder();
    Folder b = after.rootFolder();
    if (!comparison.haveEqualAttributes(a, b, options.rootTime())) {
      entries.add(new LayerEntry.Present(TreePath.root(), written(b)));
    }
    enter(TreePath.root(), a, b, true);
    while (!levels.isEmpty()) {
      Level level = levels.get(levels.size() - 1);
      if (level.next < level.b.size()) {
        compareNext(level);
      } else {
        levels.remove(levels.size() - 1);
        unsent = Math.min(unsent, levels.size());
      }
    }
  }

  private void compareNext(Level level) throws IOException {
    pace.step();
    byte[] name = level.b.name(level.next);
    Node b = level.b.node(level.next++);
    Node a = level.a.find(name);
    if (b instanceof Folder folder) {
      TreePath path = level.path.trustedChild(name);
      compareDirectory(path, a instanceof Folder old ? old : null, folder);
      return;
    }
    // Most names have no decision, and nothing to be said of them: they need no path.
    TreePath path = linkDecisions.isEmpty() ? null : level.path.trustedChild(name);
    Boolean decision = path == null ? null : linkDecisions.get(path);
    boolean send = decision == null ? a == null || !comparison.areEqual(a, b) : decision;
    if (send) {
      sendNode(path == null ? level.path.trustedChild(name) : path, b);
    }
  }

  private void compareDirectory(TreePath path, @Nullable Folder a, Folder b) throws IOException {
    boolean send = a == null || !comparison.haveEqualAttributes(a, b, options.directoryTimes());
    if (send) {
      requireOrdinaryName(path);
      sendParents();
      entries.add(new LayerEntry.Present(path, written(b)));
    }
    enter(path, a == null ? Folder.empty(b.metadata()) : a, b, send);
  }

  /** Goes into a directory, unless all of it is shared and no link needs to be sent again. */
  private void enter(TreePath path, Folder a, Folder b, boolean isSent) throws IOException {
    if (Nodes.isSame(a, b) && !hasLinksToSendBelow(path)) {
      return;
    }
    levels.add(new Level(path, a, b));
    if (isSent) {
      unsent = levels.size();
    }
    removeMissing(path, a, b);
  }

  private void removeMissing(TreePath path, Folder a, Folder b) throws IOException {
    int next = 0;
    for (int i = 0; i < a.size(); i++) {
      pace.step();
      byte[] name = a.name(i);
      while (next < b.size() && Arrays.compareUnsigned(b.name(next), name) < 0) {
        next++;
      }
      if (next == b.size() || !Arrays.equals(b.name(next), name)) {
        remove(path.trustedChild(name));
      }
    }
  }

  private void remove(TreePath path) throws ImageException {
    requireOrdinaryName(path);
    if (path.name().length() + Whiteout.PREFIX.length() > TreePath.MAX_NAME) {
      throw new UnsupportedContentException(
          "the removal of " + path + " cannot be said in a layer: its name is too long");
    }
    sendParents();
    entries.add(new LayerEntry.Removal(path));
  }

  private void sendNode(TreePath path, Node node) throws ImageException {
    requireOrdinaryName(path);
    sendParents();
    TreePath first = firstNameOf(path, node);
    Node written = written(node);
    entries.add(
        first.equals(path)
            ? new LayerEntry.Present(path, written)
            : new LayerEntry.Link(path, first, written.metadata()));
  }

  private TreePath firstNameOf(TreePath path, Node node) {
    List<TreePath> names = after.links().namesOf(node);
    return names == null ? path : names.get(0);
  }

  private void sendParents() throws ImageException {
    while (unsent < levels.size()) {
      Level level = levels.get(unsent);
      requireOrdinaryName(level.path);
      entries.add(new LayerEntry.Present(level.path, written(level.b)));
      unsent++;
    }
  }

  private Node written(Node node) {
    Metadata metadata = options.xattrRules().inLayer(node.metadata());
    // Not the tree's own directory: an entry must not keep the children alive.
    return node.isDirectory() ? new Node.Directory(metadata) : withMetadata(node, metadata);
  }

  private static Node withMetadata(Node node, Metadata metadata) {
    return metadata.equals(node.metadata()) ? node : node.withMetadata(metadata);
  }

  private boolean hasLinksToSendBelow(TreePath path) {
    return linkDecisions.tailMap(path, false).entrySet().stream()
        .takeWhile(decision -> decision.getKey().startsWith(path))
        .anyMatch(Map.Entry::getValue);
  }

  private static void requireOrdinaryName(TreePath path) throws ImageException {
    if (path.nameStartsWith(Whiteout.PREFIX)) {
      throw new UnsupportedContentException(
          path + " cannot be said in a layer: its name starts as a whiteout does");
    }
  }

  /** A directory being walked through, and which of its children comes next. */
  private static final class Level {
    final TreePath path;
    final Folder a;
    final Folder b;
    int next;

    Level(TreePath path, Folder a, Folder b) {
      this.path = path;
      this.a = a;
      this.b = b;
    }
  }
}
