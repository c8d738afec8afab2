package dev.imbrex.build;

import dev.imbrex.layers.tree.TreePath;
import java.util.List;

/**
 * What one source gives.
 *
 * @param name the path below a destination that is a directory; the root for what goes right into
 *     it
 * @param isFile whether it is a single file, which can be the destination itself
 * @param isArchive whether it was in an archive
 * @param items what is put there, directories before what is in them; none for an empty directory
 */
record CopyGroup(TreePath name, boolean isFile, boolean isArchive, List<CopyItem> items) {
  CopyGroup {
    items = List.copyOf(items);
  }
}
