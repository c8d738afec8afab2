package dev.imbrex.image;

import dev.imbrex.layers.tree.Change;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.digest.DiffId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What leads from one image to another: layers, history, config and files (LC-E13, SN-H9).
 *
 * <pre>{@code
 * ImageDiff diff = ImageDiff.between(yesterday, today);
 * diff.configChanges().forEach(change -> out.println(change.name()));
 * List<LayerEntry> layer = diff.entries();
 * }</pre>
 *
 * <p>Immutable and safe for use by many threads. Only the files are read, when they are asked for:
 * where both images are from one {@link ImageStore}, the parts that they share are not compared.
 */
public final class ImageDiff {
  /** Nothing is left out of account, and contents are equal if their bytes are. */
  private static final DiffOptions EVERYTHING =
      DiffOptions.standard()
          .withTimePrecision(DiffOptions.TimePrecision.NANOS)
          .withContents(DiffOptions.Contents.BY_BYTES)
          .withRootTime(true)
          .withoutXattrs(List.of());

  private final Image before;
  private final Image after;
  private final int sharedLayers;
  private final int sharedHistory;

  private ImageDiff(Image before, Image after) {
    this.before = before;
    this.after = after;
    this.sharedLayers = common(diffIds(before), diffIds(after));
    this.sharedHistory = common(before.config().history(), after.config().history());
  }

  /** Compares two images. */
  public static ImageDiff between(Image before, Image after) {
    return new ImageDiff(before, after);
  }

  /** The first image. */
  public Image before() {
    return before;
  }

  /** The second image. */
  public Image after() {
    return after;
  }

  /** How many of the lowest layers are the same tars, by diffID, however they are stored. */
  public int sharedLayers() {
    return sharedLayers;
  }

  /** The layers of the first image above the shared ones, lowest first. */
  public List<Layer> removedLayers() {
    return before.layers().subList(sharedLayers, before.layers().size());
  }

  /** The layers of the second image above the shared ones, lowest first. */
  public List<Layer> addedLayers() {
    return after.layers().subList(sharedLayers, after.layers().size());
  }

  /**
   * Layers of the second image that, laid upon the first, give its files: those above the shared
   * ones, if all layers of the first are shared. Else there are none, and {@link #entries} computes
   * one.
   */
  public Optional<List<Layer>> layers() {
    return removedLayers().isEmpty() ? Optional.of(addedLayers()) : Optional.empty();
  }

  /**
   * One layer that makes the files of the first image into those of the second; no entries if they
   * are the same. Contents that are not the same place in the same layer count as different.
   *
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if a change cannot be said in a
   *     layer
   */
  public List<LayerEntry> entries() throws IOException {
    return entries(DiffOptions.standard().withTimePrecision(DiffOptions.TimePrecision.NANOS));
  }

  /**
   * One layer that makes the files of the first image into those of the second, in the sense of the
   * options.
   *
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if a change cannot be said in a
   *     layer
   */
  public List<LayerEntry> entries(DiffOptions options) throws IOException {
    return entries(options, ReadOptions.defaults());
  }

  /**
   * One layer that makes the files of the first image into those of the second, in the sense of the
   * options.
   *
   * @param reading how layers are read; those that both images begin with are reported to its
   *     findings once
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if a change cannot be said in a
   *     layer
   */
  public List<LayerEntry> entries(DiffOptions options, ReadOptions reading) throws IOException {
    FileTree old = before.files(reading);
    List<FileTree> steps = after.views().steps(after.layers(), sharedLayers, reading);
    return TreeDiff.between(old, steps.get(steps.size() - 1), options, reading.progress());
  }

  /**
   * The paths at which the files differ in anything, in order, each with the layer of the second
   * image that did it. Where a directory is on one side only, all that is in it is listed. Files
   * are compared by their bytes, for which each layer that holds some of them is read once.
   *
   * @see dev.imbrex.layers.tree.Change#summary
   */
  public List<PathChange> pathChanges() throws IOException {
    return pathChanges(EVERYTHING, ReadOptions.defaults());
  }

  /**
   * The paths at which the files differ in the sense of the options, as {@link #pathChanges()}.
   *
   * @param reading how layers are read; those that both images begin with are reported to its
   *     findings once
   */
  public List<PathChange> pathChanges(DiffOptions options, ReadOptions reading) throws IOException {
    FileTree old = before.files(reading);
    List<FileTree> steps = after.views().steps(after.layers(), sharedLayers, reading);
    List<PathChange> changes = new ArrayList<>();
    FileTree now = steps.get(steps.size() - 1);
    for (Change change : TreeDiff.changes(old, now, options, reading.progress())) {
      changes.add(new PathChange(change, layerOf(change.path(), steps)));
    }
    return List.copyOf(changes);
  }

  /** The topmost layer that did something at a path. */
  private OptionalInt layerOf(TreePath path, List<FileTree> steps) {
    for (int i = steps.size() - 1; i > 0; i--) {
      if (isTouched(path, steps.get(i - 1), steps.get(i))) {
        return OptionalInt.of(sharedLayers + i - 1);
      }
    }
    return OptionalInt.empty();
  }

  @SuppressWarnings("ReferenceEquality") // Another inode is another one even if it is equal.
  private static boolean isTouched(TreePath path, FileTree lower, FileTree upper) {
    Optional<Node> below = lower.find(path);
    Optional<Node> above = upper.find(path);
    if (below.isEmpty() || above.isEmpty()) {
      return below.isPresent() != above.isPresent();
    }
    boolean directories = below.get().isDirectory() && above.get().isDirectory();
    return directories
        ? !below.get().equals(above.get())
        : below.get() != above.get() || !lower.linksOf(path).equals(upper.linksOf(path));
  }

  /** The entries of the first image's history behind those that both begin with, oldest first. */
  public List<History> removedHistory() {
    List<History> history = before.config().history();
    return history.subList(sharedHistory, history.size());
  }

  /** The entries of the second image's history behind those that both begin with. */
  public List<History> addedHistory() {
    List<History> history = after.config().history();
    return history.subList(sharedHistory, history.size());
  }

  /** The settings in which the configs differ, those of the second image in its order first. */
  public List<ConfigChange> configChanges() {
    return ConfigSettings.compare(before.config(), after.config());
  }

  @Override
  public String toString() {
    return "difference from " + before + " to " + after;
  }

  private static List<DiffId> diffIds(Image image) {
    return image.config().diffIds();
  }

  private static int common(List<?> one, List<?> two) {
    int length = 0;
    while (length < Math.min(one.size(), two.size()) && one.get(length).equals(two.get(length))) {
      length++;
    }
    return length;
  }
}
