package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.layers.tree.Whiteout;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Says as a layer what a directory of an overlay mount holds (LC-A30 to LC-A32). In a directory
 * removals come first, then the rest by name (LC-A36).
 */
final class OverlayUpper {
  /** Marks that make a node's content, or place, depend on another file of the mount. */
  private static final Set<String> REFERENCES = Set.of("redirect", "metacopy");

  private static final ByteString ESCAPE = ByteString.of("overlay.");
  private static final ByteString USER_MARKS = ByteString.of("user.overlay.");

  private final FileTree upper;
  private final @Nullable FileTree lower;
  private final OverlayForm form;
  private final List<LayerEntry> entries = new ArrayList<>();
  private final Deque<Pending> ahead = new ArrayDeque<>();

  /** Something to be said, and whether all of the lower tree is hidden there. */
  private record Pending(TreePath path, Node node, boolean isHidden) {}

  private OverlayUpper(FileTree upper, @Nullable FileTree lower, OverlayForm form) {
    this.upper = upper;
    this.lower = lower;
    this.form = form;
  }

  /**
   * The layer that a directory is.
   *
   * @param lower the tree below it, if that is at hand: what has no effect on it is left out
   */
  static List<LayerEntry> entries(FileTree upper, @Nullable FileTree lower, OverlayForm form)
      throws ImageException {
    OverlayUpper reading = new OverlayUpper(upper, lower, form);
    reading.read();
    return List.copyOf(reading.entries);
  }

  private void read() throws ImageException {
    TreePath root = TreePath.root();
    ahead.push(new Pending(root, upper.find(root).orElseThrow(), false));
    while (!ahead.isEmpty()) {
      Pending next = ahead.pop();
      if (next.node().isDirectory()) {
        enter(next);
      } else {
        take(next.path(), next.node());
      }
    }
  }

  private void enter(Pending directory) throws ImageException {
    TreePath path = directory.path();
    Metadata metadata = cleaned(path, directory.node().metadata());
    if (!path.isRoot() || isRootChanged(metadata)) {
      requireOrdinaryName(path);
      entries.add(new LayerEntry.Present(path, new Node.Directory(metadata)));
    }
    // The kernel merges the roots of a mount, whatever they say.
    boolean isOpaque = !path.isRoot() && form.isOpaque(directory.node());
    if (isOpaque && !directory.isHidden() && hasLowerChildren(path)) {
      entries.add(new LayerEntry.Opaque(path));
    }
    boolean isHidden = isOpaque || directory.isHidden();
    List<Pending> children = new ArrayList<>();
    for (FileTree.Entry child : upper.list(path)) {
      if (!form.isWhiteout(child.node())) {
        children.add(new Pending(child.path(), child.node(), isHidden));
      } else if (!isHidden && isInLower(child.path())) {
        requireOrdinaryName(child.path());
        entries.add(new LayerEntry.Removal(child.path()));
      }
    }
    for (int i = children.size() - 1; i >= 0; i--) {
      ahead.push(children.get(i));
    }
  }

  private void take(TreePath path, Node node) throws ImageException {
    requireOrdinaryName(path);
    Node cleaned = node.withMetadata(cleaned(path, node.metadata()));
    TreePath first = upper.linksOf(path).get(0);
    entries.add(
        first.equals(path)
            ? new LayerEntry.Present(path, cleaned)
            : new LayerEntry.Link(path, first, cleaned.metadata()));
  }

  private boolean isInLower(TreePath path) {
    return lower == null || lower.find(path).isPresent();
  }

  private boolean hasLowerChildren(TreePath path) throws ImageException {
    boolean isDirectory = lower == null || lower.find(path).filter(Node::isDirectory).isPresent();
    return isDirectory && (lower == null || !lower.list(path).isEmpty());
  }

  /** A mount shows the attributes of the uppermost root; its time alone is no change (LC-A13). */
  private boolean isRootChanged(Metadata metadata) {
    Metadata before =
        lower == null
            ? Metadata.forDirectory()
            : lower.find(TreePath.root()).orElseThrow().metadata();
    return !withoutTime(DiffOptions.standard().inLayer(before)).equals(withoutTime(metadata));
  }

  private static Metadata withoutTime(Metadata metadata) {
    return metadata.withMtime(Instant.EPOCH);
  }

  /** The attributes as the mount shows them, less those that no layer has (LC-A9). */
  private Metadata cleaned(TreePath path, Metadata metadata) throws ImageException {
    if (metadata.xattrs().isEmpty()) {
      return metadata;
    }
    ByteString marks = ByteString.of(form.prefix());
    SortedMap<ByteString, ByteString> shown = new TreeMap<>();
    SortedMap<ByteString, ByteString> others = new TreeMap<>();
    for (Map.Entry<ByteString, ByteString> xattr : metadata.xattrs().entrySet()) {
      ByteString name = xattr.getKey();
      if (name.startsWith(marks)) {
        unescape(path, name.substring(marks.length()), xattr.getValue(), shown);
      } else if (!name.startsWith(USER_MARKS)) {
        others.put(name, xattr.getValue());
      }
    }
    shown.putAll(DiffOptions.standard().inLayer(metadata.withXattrs(others)).xattrs());
    return metadata.withXattrs(shown);
  }

  private void unescape(
      TreePath path, ByteString mark, ByteString value, Map<ByteString, ByteString> into)
      throws ImageException {
    if (REFERENCES.contains(mark.toString())) {
      throw new UnsupportedContentException(
          path
              + " cannot be said in a layer: its overlay attribute "
              + form.prefix()
              + mark
              + " refers to another file of the mount; mount without redirect_dir and metacopy");
    }
    if (mark.startsWith(ESCAPE)) {
      byte[] start = ByteString.of(form.prefix()).toBytes();
      byte[] rest = mark.substring(ESCAPE.length()).toBytes();
      byte[] name = Arrays.copyOf(start, start.length + rest.length);
      System.arraycopy(rest, 0, name, start.length, rest.length);
      into.put(ByteString.of(name), value);
    }
  }

  private static void requireOrdinaryName(TreePath path) throws ImageException {
    if (!path.isRoot() && path.name().startsWith(Whiteout.PREFIX)) {
      throw new UnsupportedContentException(
          path + " cannot be said in a layer: its name starts as a whiteout does");
    }
  }
}
