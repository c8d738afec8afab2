package dev.imbrex.layers.tree;

import dev.imbrex.manifest.error.MalformedContentException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A short notation for trees and layers. Each item is a path as an archive has it, with what it is:
 *
 * <pre>
 * d/        directory, 0755
 * d/f       file of which the content is its name; d/f:text has that text
 * l->t      symbolic link
 * x=d/f     hard link
 * .wh.x     whiteout, as in an archive
 * </pre>
 */
final class Sketch {
  private Sketch() {}

  static List<LayerEntry> layer(String... items) throws MalformedContentException {
    List<LayerEntry> entries = new ArrayList<>();
    for (String item : items) {
      entries.add(entry(item));
    }
    return entries;
  }

  private static LayerEntry entry(String item) throws MalformedContentException {
    int arrow = item.indexOf("->");
    int equals = item.indexOf('=');
    int colon = item.indexOf(':');
    if (arrow >= 0) {
      ByteString target = ByteString.of(item.substring(arrow + 2));
      return LayerEntry.of(
          path(item.substring(0, arrow)), new Node.Symlink(Metadata.forFile(), target));
    }
    if (equals >= 0) {
      return LayerEntry.link(
          path(item.substring(0, equals)), path(item.substring(equals + 1)), Metadata.ofMode(0777));
    }
    if (item.endsWith("/")) {
      return LayerEntry.of(path(item), new Node.Directory(Metadata.forDirectory()));
    }
    String name = colon >= 0 ? item.substring(0, colon) : item;
    String text = colon >= 0 ? item.substring(colon + 1) : name;
    return LayerEntry.of(
        path(name), new Node.RegularFile(Metadata.forFile(), new TextContent(text)));
  }

  /** A tree of these, none of which may be a whiteout. */
  static FileTree tree(String... items) throws MalformedContentException {
    return FileTree.empty().apply(layer(items), Findings.tolerant());
  }

  static FileTree apply(FileTree tree, String... items) throws MalformedContentException {
    return tree.apply(layer(items), Findings.tolerant());
  }

  /**
   * All but the root, in the notation above; a name linked to an earlier one shows the earliest.
   */
  static List<String> show(FileTree tree) {
    return tree.walk().skip(1).map(e -> show(tree, e)).toList();
  }

  private static String show(FileTree tree, FileTree.Entry entry) {
    String path = name(entry.path());
    TreePath first = tree.linksOf(entry.path()).get(0);
    return first.equals(entry.path()) ? show(path, entry.node()) : path + "=" + name(first);
  }

  private static String show(String path, Node node) {
    if (node instanceof Node.Symlink link) {
      return path + "->" + link.target();
    }
    if (node instanceof Node.RegularFile file) {
      String text = file.content().toString();
      return text.equals(path) ? path : path + ":" + text;
    }
    return node.isDirectory() ? path + "/" : path + " " + node.kind();
  }

  /** A layer in the notation above. */
  static List<String> show(List<LayerEntry> layer) {
    return layer.stream().map(Sketch::show).toList();
  }

  private static String show(LayerEntry entry) {
    if (entry instanceof LayerEntry.Present present) {
      return show(entry.path().isRoot() ? "." : name(entry.path()), present.node());
    }
    if (entry instanceof LayerEntry.Link link) {
      return name(link.path()) + "=" + name(link.target());
    }
    if (entry instanceof LayerEntry.Removal) {
      return name(Whiteout.removalOf(entry.path()));
    }
    return name(Whiteout.opaqueMarkOf(entry.path()));
  }

  private static String name(TreePath path) {
    return path.toString().substring(1);
  }

  private static TreePath path(String name) throws MalformedContentException {
    return TreePath.fromEntryName(name.getBytes(StandardCharsets.UTF_8));
  }
}
