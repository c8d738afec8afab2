package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.internal.calls.FileCalls;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.manifest.error.UnsupportedContentException;
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
   *     mount takes for a whiteout, or marks and whiteouts of the form cannot be written here
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
   * @throws dev.imbrex.manifest.error.UnsupportedContentException as {@link #read(Path, FileTree,
   *     OverlayForm, ScanOptions, Findings, Progress)}
   * @throws IOException as {@link DirectoryScanner#scan(Path, ScanOptions, Findings, Progress)}
   */
  public static List<LayerEntry> read(
      Path upper, OverlayForm form, ScanOptions options, Findings findings, Progress progress)
      throws IOException {
    return OverlayUpper.entries(scan(upper, form, options, findings, progress), null, form);
  }

  /**
   * The layer that the upper directory of a mount holds.
   *
   * @param lower the tree below it: what has no effect on it is left out (LC-A32)
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if the directory refers to other
   *     files of the mount, or holds a name that cannot be said in a layer (LC-A31, LC-A33), or the
   *     marks of the form are beyond the calls
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
    return OverlayUpper.entries(scan(upper, form, options, findings, progress), lower, form);
  }

  private static FileTree scan(
      Path upper, OverlayForm form, ScanOptions options, Findings findings, Progress progress)
      throws IOException {
    FileCalls calls = options.access().callsFor(upper);
    try (DirectoryHandle directory = calls.open(upper)) {
      if (form == OverlayForm.TRUSTED && !directory.support().allXattrs()) {
        // An opaque directory would look like any other.
        throw new UnsupportedContentException(
            "the marks of the overlay directory "
                + upper
                + " cannot be seen by the "
                + calls.name()
                + " calls");
      }
    }
    return DirectoryScanner.scan(upper, options, findings, progress);
  }
}
