package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What an overlay mount of two directories shows, by the rules of the kernel's documentation: a
 * directory over a directory is merged, anything else hides what is below.
 */
final class NaiveOverlay {
  private final String prefix;
  private final TreeEditor shown = FileTree.empty().edit();
  private final IdentityHashMap<Object, TreePath> inodes = new IdentityHashMap<>();

  private NaiveOverlay(OverlayForm form) {
    this.prefix = form == OverlayForm.TRUSTED ? "trusted.overlay." : "user.overlay.";
  }

  static FileTree mount(FileTree upper, FileTree lower, OverlayForm form) throws IOException {
    NaiveOverlay overlay = new NaiveOverlay(form);
    overlay.merge(TreePath.root(), upper, lower);
    return overlay.shown.toTree();
  }

  private void merge(TreePath path, FileTree upper, FileTree lower) throws IOException {
    Node top = upper.find(path).orElse(null);
    Node bottom = lower.find(path).orElse(null);
    if (top == null || !top.isDirectory()) {
      throw new AssertionError(path);
    }
    shown.put(path, shownNode(top));
    String opaque = mark(top, "opaque");
    boolean isHidden = "y".equals(opaque) && !path.isRoot();
    boolean isMerged = bottom != null && bottom.isDirectory() && !isHidden;
    Set<TreePath> names = new TreeSet<>();
    upper.list(path).forEach(entry -> names.add(entry.path()));
    if (isMerged) {
      lower.list(path).forEach(entry -> names.add(entry.path()));
    }
    for (TreePath name : names) {
      Node above = upper.find(name).orElse(null);
      if (above == null) {
        copy(lower, name);
      } else if (isWhiteout(above, "x".equals(opaque))) {
        // The kernel would list a whiteout over nothing as a name that cannot be opened.
        if (!isMerged || lower.find(name).isEmpty()) {
          throw new AssertionError("whiteout of nothing at " + name);
        }
      } else if (above.isDirectory()) {
        merge(name, upper, isMerged ? lower : FileTree.empty());
      } else {
        copyOne(upper, name, above);
      }
    }
  }

  private void copy(FileTree from, TreePath path) {
    from.walk(path).forEach(entry -> copyOne(from, entry.path(), entry.node()));
  }

  private void copyOne(FileTree from, TreePath path, Node node) {
    // One inode for all names of a group in one directory of the mount.
    Object inode = from.find(from.linksOf(path).get(0)).orElseThrow();
    TreePath first = node.isDirectory() ? null : inodes.putIfAbsent(inode, path);
    if (first == null) {
      shown.put(path, shownNode(node));
    } else {
      shown.link(path, first);
    }
  }

  private boolean isWhiteout(Node node, boolean inMarkedDirectory) {
    if (node instanceof Node.Device device && device.major() == 0 && device.minor() == 0) {
      return true;
    }
    return inMarkedDirectory
        && node instanceof Node.RegularFile file
        && file.content().size() == 0
        && mark(node, "whiteout") != null;
  }

  private @Nullable String mark(Node node, String name) {
    ByteString value = node.metadata().xattrs().get(ByteString.of(prefix + name));
    return value == null ? null : value.toString();
  }

  private Node shownNode(Node node) {
    Metadata metadata = node.metadata();
    Map<ByteString, ByteString> xattrs = new HashMap<>();
    metadata
        .xattrs()
        .forEach(
            (name, value) -> {
              String text = name.toString();
              if (text.startsWith(prefix + "overlay.")) {
                xattrs.put(
                    ByteString.of(prefix + text.substring((prefix + "overlay.").length())), value);
              } else if (!text.startsWith(prefix)) {
                xattrs.put(name, value);
              }
            });
    return node.withMetadata(metadata.withXattrs(xattrs));
  }
}
