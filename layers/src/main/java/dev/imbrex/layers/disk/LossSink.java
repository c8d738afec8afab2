package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.FileAttributes;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;

/** Is told what a disk does not keep of a node. */
interface LossSink {
  void report(Finding.Code code, TreePath path, String message) throws IOException;

  /** Reports the first of what would be one finding for each file (LC-B68). */
  void reportOnce(Finding.Code code, TreePath path, String message) throws IOException;

  /**
   * Keeps what a path should have had.
   *
   * @param attributes of the file, used before this returns
   */
  void keep(TreePath path, Node node, OverrideRecord record, FileAttributes attributes)
      throws IOException;
}
