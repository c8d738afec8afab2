package dev.imbrex.testing;

import dev.imbrex.layers.tree.Change;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** How two trees differ, path by path, for people. */
final class TreeReport {
  private static final DiffOptions EVERYTHING =
      DiffOptions.standard()
          .withTimePrecision(DiffOptions.TimePrecision.NANOS)
          .withContents(DiffOptions.Contents.BY_BYTES)
          .withRootTime(true)
          .withoutXattrs(List.of());

  private final FileTree expected;
  private final FileTree actual;
  private final List<String> lines = new ArrayList<>();

  private TreeReport(FileTree expected, FileTree actual) {
    this.expected = expected;
    this.actual = actual;
  }

  /** The differences; empty if there are none. */
  static String of(FileTree expected, FileTree actual) throws IOException {
    List<Change> changes = TreeDiff.changes(expected, actual, EVERYTHING);
    if (changes.isEmpty()) {
      return "";
    }
    TreeReport report = new TreeReport(expected, actual);
    for (Change change : changes) {
      report.tell(change);
    }
    return "Expected other files; "
        + (changes.size() == 1 ? "1 path differs" : changes.size() + " paths differ")
        + " (- expected, + found, ~ differs):\n"
        + String.join("\n", LineDiff.cut(report.lines));
  }

  private void tell(Change change) throws IOException {
    if (change instanceof Change.Modified modified) {
      tellModified(modified);
    } else {
      char sign = change.kind() == Change.Kind.ADDED ? '+' : '-';
      Node node = change.findAfter().or(change::findBefore).orElseThrow();
      lines.add(sign + " " + change.path() + " " + NodeText.of(node));
    }
  }

  private void tellModified(Change.Modified change) throws IOException {
    Metadata before = change.before().metadata();
    Metadata after = change.after().metadata();
    List<String> what = new ArrayList<>();
    List<String> content = List.of();
    for (Change.Aspect aspect : change.aspects()) {
      switch (aspect) {
        case TYPE, TARGET, DEVICE ->
            what.add(NodeText.of(change.before()) + " -> " + NodeText.of(change.after()));
        case MODE -> what.add("mode " + NodeText.mode(before) + " -> " + NodeText.mode(after));
        case OWNER -> what.add("owner " + NodeText.owner(before) + " -> " + NodeText.owner(after));
        case TIME -> what.add("time " + before.mtime() + " -> " + after.mtime());
        case XATTRS -> what.add("xattrs " + before.xattrs() + " -> " + after.xattrs());
        case LINKS ->
            what.add(
                "links " + links(expected, change.path()) + " -> " + links(actual, change.path()));
        case CONTENT -> {
          what.add("content");
          content = content(change.path());
        }
      }
    }
    lines.add("~ " + change.path() + " " + String.join("; ", what));
    content.forEach(line -> lines.add("    " + line));
  }

  private static String links(FileTree tree, TreePath path) {
    return new TreeSet<>(tree.linksOf(path)).toString();
  }

  /** Files that are too large to be read are told by their sizes. */
  private List<String> content(TreePath path) throws IOException {
    long before = expected.size(path);
    long after = actual.size(path);
    if (Math.max(before, after) > NodeText.TEXT) {
      return List.of("- " + NodeText.size(before), "+ " + NodeText.size(after));
    }
    return NodeText.compareContent(
        expected.read(path, NodeText.TEXT), actual.read(path, NodeText.TEXT));
  }
}
