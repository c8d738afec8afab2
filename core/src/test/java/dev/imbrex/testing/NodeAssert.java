package dev.imbrex.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** Assertions on what is at a path that was found, and again on the tree it was found in. */
public final class NodeAssert extends FileTreeAssert {
  private final TreePath path;
  private final Node node;

  NodeAssert(FileTree tree, String path, FileTreeAssert from) {
    super(tree);
    this.path = TreePath.of(path);
    this.node = tree.find(this.path).orElseThrow();
    this.info.description(from.descriptionText());
  }

  /** The file has this text in UTF-8. */
  public NodeAssert withContent(String expected) throws IOException {
    return withContent(expected.getBytes(UTF_8));
  }

  /** The file has these bytes. */
  public NodeAssert withContent(byte[] expected) throws IOException {
    if (!(node instanceof Node.RegularFile file)) {
      throw failure("Expected content at %s, but there is a %s", path, NodeText.of(node));
    }
    int limit = (int) Math.min(file.content().size(), Integer.MAX_VALUE - 8);
    byte[] found = actual.read(path, limit);
    if (!Arrays.equals(found, expected)) {
      throw failure(
          "Expected other content of %s (- expected, + found):%n%s",
          path, String.join("\n", NodeText.compareContent(expected, found)));
    }
    return this;
  }

  /** The file has so many bytes. */
  public NodeAssert withSize(long bytes) {
    return same("size", NodeText.size(bytes), NodeText.size(actual.size(path)));
  }

  /** The permissions, with set-id and sticky bits. */
  public NodeAssert withMode(int mode) {
    return same("mode", NodeText.mode(Metadata.ofMode(mode)), NodeText.mode(node.metadata()));
  }

  /** The owning user and group. */
  public NodeAssert withOwner(long uid, long gid) {
    return same("owner", uid + ":" + gid, NodeText.owner(node.metadata()));
  }

  /** The time of the last modification, to the nanosecond. */
  public NodeAssert withMtime(Instant time) {
    return same("time", time.toString(), node.metadata().mtime().toString());
  }

  /** An extended attribute, {@code user.origin}, with a value in UTF-8. */
  public NodeAssert withXattr(String name, String value) {
    ByteString found = node.metadata().xattrs().get(ByteString.of(name));
    return same(
        "attribute " + name,
        NodeText.quoted(value),
        found == null ? "nothing" : NodeText.quoted(found.toString()));
  }

  /** The target of a symbolic link, as it stands in it. */
  public NodeAssert withTarget(String target) {
    String found =
        node instanceof Node.Symlink link ? link.target().toString() : "a " + NodeText.of(node);
    return same("target", target, found);
  }

  /** All names of the file, this one included, in any order. */
  public NodeAssert withLinks(String... paths) {
    TreeSet<TreePath> expected = new TreeSet<>();
    List.of(paths).forEach(link -> expected.add(TreePath.of(link)));
    return same("links", expected.toString(), new TreeSet<>(actual.linksOf(path)).toString());
  }

  private NodeAssert same(String what, String expected, String found) {
    if (!found.equals(expected)) {
      throw failure("Expected %s of %s to be %s, but it is %s", what, path, expected, found);
    }
    return this;
  }
}
