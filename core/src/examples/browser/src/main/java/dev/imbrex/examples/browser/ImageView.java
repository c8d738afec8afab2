package dev.imbrex.examples.browser;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageProvenance;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.HistoryRow;
import java.util.List;
import java.util.Locale;

/**
 * What the window shows of an image. Looking into it is quick; its files are read from where the
 * image is.
 */
record ImageView(
    Source.Choice choice, Image image, ImageProvenance provenance, List<HistoryRow> history) {
  private static final int MOST_FOUND = 1000;

  FileTree files() {
    return provenance.paths().files();
  }

  /** The paths that hold a text, capitals or not; the first thousand. */
  List<TreePath> search(String text) {
    String wanted = text.toLowerCase(Locale.ROOT);
    return files()
        .walk()
        .map(FileTree.Entry::path)
        .filter(path -> path.toString().toLowerCase(Locale.ROOT).contains(wanted))
        .limit(MOST_FOUND)
        .toList();
  }
}
