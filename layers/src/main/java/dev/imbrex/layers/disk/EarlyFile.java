package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.util.List;

/**
 * A file that was put on the disk before anybody knew whether the tree has it, and what came of
 * that. What whoever writes it says is seen by whoever knows that it is done.
 */
final class EarlyFile {
  private final TreePath path;
  private final Node.RegularFile file;
  private List<DeferredLosses.Report> reports = List.of();
  private boolean written;
  private boolean placed;

  EarlyFile(TreePath path, Node.RegularFile file) {
    this.path = path;
    this.file = file;
  }

  TreePath path() {
    return path;
  }

  Node.RegularFile file() {
    return file;
  }

  /** It is there, and this is to be reported if it stays. */
  void write(List<DeferredLosses.Report> toReport) {
    written = true;
    reports = toReport;
  }

  boolean isWritten() {
    return written;
  }

  /** Whether it is on the disk as this file of the tree should be. */
  @SuppressWarnings("ReferenceEquality") // It is known again by being the same.
  boolean isWrittenAs(Node.RegularFile wanted) {
    return written
        && file.content() == wanted.content()
        && file.metadata().equals(wanted.metadata());
  }

  /** The tree has it at this place. */
  void place() {
    placed = true;
  }

  boolean isPlaced() {
    return placed;
  }

  List<DeferredLosses.Report> reports() {
    return reports;
  }
}
