package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.TreePath;
import java.io.IOException;

/** Takes what a disk could not hold, so that a later scan finds it (LC-B64). */
@FunctionalInterface
interface OverrideSink {
  /**
   * Takes the record of one path, in place of an earlier one. Records of a directory come when its
   * time has got its final value, for the record holds what the disk says.
   */
  void record(TreePath path, OverrideRecord record) throws IOException;
}
