package dev.imbrex.testing;

import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractAssert;

/**
 * Assertions on the files of an image, a layer or a directory. Those that find a path go on with
 * what is there; any of these may follow.
 */
public class FileTreeAssert extends AbstractAssert<FileTreeAssert, FileTree> {
  FileTreeAssert(FileTree actual) {
    super(actual, FileTreeAssert.class);
  }

  /** There is a regular file at a path, links not followed. */
  public NodeAssert hasFile(String path) {
    return has(path, "a file", Node.Kind.REGULAR);
  }

  /** There is a directory at a path. */
  public NodeAssert hasDirectory(String path) {
    return has(path, "a directory", Node.Kind.DIRECTORY);
  }

  /** There is a symbolic link at a path, with this target as it stands in it. */
  public NodeAssert hasSymlink(String path, String target) {
    NodeAssert found = has(path, "a symlink", Node.Kind.SYMLINK);
    return found.withTarget(target);
  }

  /** There is something at a path. */
  public NodeAssert has(String path) {
    require(path, "something");
    return new NodeAssert(actual, path, this);
  }

  /** There is nothing at a path. */
  public FileTreeAssert hasNothingAt(String path) {
    Optional<Node> found = actual.find(TreePath.of(path));
    if (found.isPresent()) {
      throw failure("Expected nothing at %s, but there is a %s", path, NodeText.of(found.get()));
    }
    return this;
  }

  /** There are exactly these paths, in any order, the root not counted. */
  public FileTreeAssert hasOnlyPaths(String... paths) {
    List<String> expected = List.of(paths).stream().sorted().toList();
    List<String> found =
        actual
            .walk()
            .map(FileTree.Entry::path)
            .filter(path -> !path.isRoot())
            .map(TreePath::toString)
            .sorted()
            .toList();
    if (!found.equals(expected)) {
      throw failure(
          "Expected other paths (- expected, + found):%n%s",
          String.join("\n", LineDiff.compare(expected, found)));
    }
    return this;
  }

  /**
   * The files are the same, in all: paths, kinds, contents, modes, owners, times to the nanosecond,
   * extended attributes, and which names are links of each other.
   */
  public FileTreeAssert hasSameFilesAs(FileTree expected) throws IOException {
    String report = TreeReport.of(expected, actual);
    if (!report.isEmpty()) {
      throw failure("%s", report);
    }
    return this;
  }

  /** The files are those of a layer of these entries, as {@link #hasSameFilesAs(FileTree)}. */
  public FileTreeAssert hasExactly(EntryFixture... entries) throws IOException {
    return hasSameFilesAs(Fixtures.tree(entries));
  }

  private NodeAssert has(String path, String what, Node.Kind kind) {
    Node node = require(path, what);
    if (node.kind() != kind) {
      throw failure("Expected %s at %s, but there is a %s", what, path, NodeText.of(node));
    }
    return new NodeAssert(actual, path, this);
  }

  private Node require(String path, String what) {
    isNotNull();
    Optional<Node> found = actual.find(TreePath.of(path));
    return found.orElseThrow(
        () -> failure("Expected %s at %s, but there is nothing%s", what, path, siblings(path)));
  }

  /** What is in the nearest directory above that there is. */
  private String siblings(String path) {
    TreePath above = TreePath.of(path);
    while (!above.isRoot()) {
      above = above.parent();
      Optional<Node> found = actual.find(above);
      if (found.isPresent() && found.get().isDirectory()) {
        TreePath directory = above;
        List<String> names =
            actual
                .walk(directory)
                .map(FileTree.Entry::path)
                .filter(child -> !child.isRoot() && child.parent().equals(directory))
                .limit(20)
                .map(child -> child.name().toString())
                .toList();
        return "; in " + directory + " there is " + (names.isEmpty() ? "nothing" : names);
      }
    }
    return "";
  }
}
