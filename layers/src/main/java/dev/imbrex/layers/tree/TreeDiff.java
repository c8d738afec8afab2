package dev.imbrex.layers.tree;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
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
  private final NodeComparison comparison;
  private final NavigableMap<TreePath, Boolean> linkDecisions;
  private final List<LayerEntry> entries = new ArrayList<>();

  /** The directories walked into that have no entry yet, the outermost first. */
  private final Deque<FileTree.Entry> pending = new ArrayDeque<>();

  private TreeDiff(FileTree before, FileTree after, DiffOptions options) throws IOException {
    this.before = before;
    this.after = after;
    this.options = options;
    this.comparison = new NodeComparison(options);
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
      return between(before, after, DiffOptions.standard());
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
    TreeDiff diff = new TreeDiff(before, after, options);
    diff.compareRoots();
    return List.copyOf(diff.entries);
  }

  private void compareRoots() throws IOException {
    Folder a = before.rootFolder();
    Folder b = after.rootFolder();
    if (!comparison.haveEqualAttributes(a, b, options.rootTime())) {
      entries.add(new LayerEntry.Present(TreePath.root(), written(b)));
    }
    compareChildren(TreePath.root(), a, b);
  }

  private void compareChildren(TreePath path, Folder a, Folder b) throws IOException {
    if (Nodes.isSame(a, b) && !hasDecisionsBelow(path)) {
      return;
    }
    removeMissing(path, a, b);
    int next = 0;
    for (int i = 0; i < b.size(); i++) {
      byte[] name = b.name(i);
      while (next < a.size() && Arrays.compareUnsigned(a.name(next), name) < 0) {
        next++;
      }
      boolean wasThere = next < a.size() && Arrays.equals(a.name(next), name);
      compare(path.trustedChild(name), wasThere ? a.node(next) : null, b.node(i));
    }
  }

  private void removeMissing(TreePath path, Folder a, Folder b) throws ImageException {
    int next = 0;
    for (int i = 0; i < a.size(); i++) {
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

  private void compare(TreePath path, @Nullable Node a, Node b) throws IOException {
    if (b instanceof Folder folder) {
      if (a instanceof Folder old) {
        compareDirectories(path, old, folder);
      } else {
        sendDirectory(path, folder, Folder.empty(b.metadata()));
      }
      return;
    }
    Boolean decision = linkDecisions.get(path);
    boolean send = decision == null ? a == null || !comparison.areEqual(a, b) : decision;
    if (send) {
      sendNode(path, b);
    }
  }

  private void compareDirectories(TreePath path, Folder a, Folder b) throws IOException {
    if (!comparison.haveEqualAttributes(a, b, options.directoryTimes())) {
      sendDirectory(path, b, a);
      return;
    }
    FileTree.Entry directory = new FileTree.Entry(path, b);
    pending.addLast(directory);
    compareChildren(path, a, b);
    // Gone already if something below was sent, and its parents with it.
    pending.removeLastOccurrence(directory);
  }

  private void sendDirectory(TreePath path, Folder b, Folder a) throws IOException {
    requireOrdinaryName(path);
    sendParents();
    entries.add(new LayerEntry.Present(path, written(b)));
    compareChildren(path, a, b);
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
    while (!pending.isEmpty()) {
      FileTree.Entry directory = pending.removeFirst();
      requireOrdinaryName(directory.path());
      entries.add(new LayerEntry.Present(directory.path(), written(directory.node())));
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

  private boolean hasDecisionsBelow(TreePath path) {
    TreePath next = linkDecisions.higherKey(path);
    return next != null && next.startsWith(path);
  }

  private static void requireOrdinaryName(TreePath path) throws ImageException {
    if (Whiteout.isReserved(path.name().shared())) {
      throw new UnsupportedContentException(
          path + " cannot be said in a layer: its name starts as a whiteout does");
    }
  }
}
