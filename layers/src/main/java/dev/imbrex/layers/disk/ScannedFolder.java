package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one thread has read of one directory, for another to make a tree of. */
final class ScannedFolder {
  /** A name of an inode that has several. */
  record Link(TreePath path, Node node, Object identity) {}

  /** A file that is one of the copies of this number. */
  record Copy(TreePath path, long group) {}

  final TreePath path;

  /** The files in it that have but this name, ascending by it. */
  final List<ByteString> names = new ArrayList<>();

  /** What stands at each of the names. */
  final List<Node> nodes = new ArrayList<>();

  final List<Link> links = new ArrayList<>(0);
  final List<Copy> copies = new ArrayList<>(0);

  /** Those below, in the order of their names. */
  final List<ScannedFolder> folders = new ArrayList<>();

  /** The directory itself; null if it is left out. */
  @Nullable Node node;

  /** Why the directory could not be read; it is the end of the scan. */
  @Nullable IOException failure;

  private @Nullable Findings findings;

  ScannedFolder(TreePath path) {
    this.path = path;
  }

  /** Takes what is found here. */
  Findings findings() {
    Findings known = findings;
    if (known == null) {
      known = Findings.tolerant();
      findings = known;
    }
    return known;
  }

  /** What was found, or null for nothing. */
  @Nullable Findings found() {
    return findings;
  }
}
