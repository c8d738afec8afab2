package dev.imbrex.layers.disk;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * A layer in the form in which the kernel mounts it over others (Linux, "Overlay Filesystem"), one
 * directory for each layer.
 */
public final class OverlayDirectory {
  private OverlayDirectory() {}

  /**
   * Writes the directory that, mounted over a tree, shows what a layer makes of the tree (LC-B70).
   *
   * @param lower what the layers below make
   * @param target must not exist, or be an empty directory
   * @param options as for a flat tree; marks and whiteouts are written all the same
   * @param findings takes what is irregular in the layer, and what the disk does not keep
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if the layer has a device that a
   *     mount takes for a whiteout
   * @throws IOException as {@link DirectoryWriter#write(FileTree, Path, ExtractOptions, Findings,
   *     Progress)}
   */
  public static ExtractionReport write(
      FileTree lower,
      Iterable<? extends LayerEntry> layer,
      OverlayForm form,
      Path target,
      ExtractOptions options,
      Findings findings,
      Progress progress)
      throws IOException {
    FileTree directory = OverlayLayer.of(lower, layer, form, findings);
    return DirectoryWriter.write(directory, target, options.forOverlay(), findings, progress);
  }

  /**
   * The layer that the upper directory of a mount holds, whatever the tree below it (LC-A30). It
   * may remove what is not there.
   *
   * @throws IOException as {@link #read(Path, FileTree, OverlayForm, ScanOptions, Findings,
   *     Progress)}
   */
  public static List<LayerEntry> read(
      Path upper, OverlayForm form, ScanOptions options, Findings findings, Progress progress)
      throws IOException {
    FileTree scanned = DirectoryScanner.scan(upper, options, findings, progress);
    return OverlayUpper.entries(scanned, null, form);
  }

  /**
   * The layer that the upper directory of a mount holds.
   *
   * @param lower the tree below it: what has no effect on it is left out (LC-A32)
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if the directory refers to other
   *     files of the mount, or holds a name that cannot be said in a layer (LC-A31, LC-A33)
   * @throws IOException as {@link DirectoryScanner#scan(Path, ScanOptions, Findings, Progress)}
   */
  public static List<LayerEntry> read(
      Path upper,
      FileTree lower,
      OverlayForm form,
      ScanOptions options,
      Findings findings,
      Progress progress)
      throws IOException {
    FileTree scanned = DirectoryScanner.scan(upper, options, findings, progress);
    return OverlayUpper.entries(scanned, lower, form);
  }
}
