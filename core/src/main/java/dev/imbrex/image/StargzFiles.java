package dev.imbrex.image;

import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import java.util.List;

/**
 * The files that eStargz puts into a layer for itself, which are files like others for everybody
 * else (LC-E19; stargz-snapshotter, docs/estargz.md).
 */
final class StargzFiles {
  private static final List<TreePath> PATHS =
      List.of(
          TreePath.of("stargz.index.json"),
          TreePath.of(".prefetch.landmark"),
          TreePath.of(".no.prefetch.landmark"));

  private StargzFiles() {}

  /** The tree without them; the same one if it has none. */
  static FileTree hide(FileTree files) {
    List<TreePath> found =
        PATHS.stream()
            .filter(path -> files.find(path).filter(Node.RegularFile.class::isInstance).isPresent())
            .toList();
    if (found.isEmpty()) {
      return files;
    }
    TreeEditor editor = files.edit();
    found.forEach(editor::remove);
    return editor.toTree();
  }
}
