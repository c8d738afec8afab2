package dev.imbrex.container;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.container.internal.Snapshot;
import dev.imbrex.container.internal.VirtualFileSystem;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.tree.Change;
import dev.imbrex.layers.tree.DiffOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.manifest.config.ContainerConfig;
import dev.imbrex.platform.Platform;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;

/**
 * A writable layer upon an image: its files as a {@link FileSystem} in which everything can be
 * changed, and the image that this makes. The image below stays as it is.
 *
 * <pre>{@code
 * try (ContainerLayer container = ContainerLayer.on(image)) {
 *   Files.writeString(container.path("/etc/motd"), "Hello\n");
 *   Files.delete(container.path("/etc/issue"));
 *   Image next = container.commit().change("CMD [\"/bin/cat\", \"/etc/motd\"]").build();
 * }
 * }</pre>
 *
 * <p>The file system behaves as the default one of Linux does for root with a umask of {@code 022}:
 * symbolic links lead where they lead a process whose root directory is the image, hard links share
 * content and attributes, an open file outlives its name, and times have nanoseconds. It has the
 * views {@code basic}, {@code owner}, {@code posix}, {@code unix} and {@code user}; users and
 * groups have the names of the image's own {@code /etc/passwd} and {@code /etc/group}. What
 * differs:
 *
 * <ul>
 *   <li>Names are bytes. In the text of a path, a byte {@code 0xNN} that is not part of valid UTF-8
 *       is the lone surrogate {@code U+DCNN}, so that every name can be listed, written down and
 *       opened.
 *   <li>Permissions are kept, and not enforced. Devices and named pipes can be listed, linked,
 *       copied and deleted, but not opened.
 *   <li>Directories list their names in the order of bytes. Reading changes no time; the time of
 *       creation is that of the last modification.
 *   <li>There are no watch services, no asynchronous and no mapped channels.
 *   <li>Paths have URIs of the scheme {@code imbrex}, which only the provider of this file system
 *       knows; it is registered nowhere.
 * </ul>
 *
 * <p>What is changed goes to the layer, and nothing else does: a file of the image is copied when
 * it is written to and not when it is opened, and attributes changed back are not changed. As on
 * every file system, making or deleting something changes the time of the directory it is in, and
 * that is a change (LC-A11), unless {@link DiffOptions#withDirectoryTimes} says otherwise.
 *
 * <p>Safe for use by many threads. Whoever opens it closes it: that closes its streams and
 * channels, and removes what was kept in a temporary file. The store of the image has to be open
 * for as long.
 */
public final class ContainerLayer implements Closeable {
  private static final DiffOptions DIFF =
      DiffOptions.standard().withContents(DiffOptions.Contents.BY_BYTES);

  private final FileTree base;
  private final Supplier<ImageBuilder> builder;
  private final ContainerConfig config;
  private final ContainerOptions options;
  private final VirtualFileSystem fileSystem;

  private ContainerLayer(
      FileTree base,
      String name,
      ContainerConfig config,
      ContainerOptions options,
      Supplier<ImageBuilder> builder) {
    this.base = base;
    this.builder = builder;
    this.config = config;
    this.options = options;
    this.fileSystem = VirtualFileSystem.of(base, options.settings(name, false));
  }

  /**
   * A container layer on an image, with default options.
   *
   * @throws dev.imbrex.manifest.error.ImageException if its layers cannot be read or applied
   */
  public static ContainerLayer on(Image image) throws IOException {
    return on(image, ContainerOptions.defaults());
  }

  /** A container layer on an image, as {@link #on(Image)}. */
  public static ContainerLayer on(Image image, ContainerOptions options) throws IOException {
    return new ContainerLayer(
        image.files(options.reading()),
        "container." + image.digest().shortId(),
        image.config().container(),
        options,
        () -> ImageBuilder.from(image));
  }

  /**
   * A container layer on nothing.
   *
   * @param store the store to commit to
   * @param platform what a committed image is to run on
   */
  public static ContainerLayer scratch(
      ImageStore store, Platform platform, ContainerOptions options) {
    return new ContainerLayer(
        FileTree.empty(),
        "container.scratch",
        ContainerConfig.empty(),
        options,
        () -> ImageBuilder.scratch(store, platform));
  }

  // ---- Files

  /** The files. Closing the file system is closing this. */
  public FileSystem fileSystem() {
    return fileSystem;
  }

  /** The path of this text in the file system. */
  public Path path(String first, String... more) {
    return fileSystem.getPath(first, more);
  }

  /**
   * The files as they are now. What has changed in them can be read from the tree until this is
   * closed, and takes up room until then.
   *
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if a path is too long for a layer
   */
  public FileTree tree() throws IOException {
    return fileSystem.snapshot().tree();
  }

  // ---- What has changed

  /**
   * The paths at which the files differ from those of the image, and in what. {@link
   * Change#summary} makes of them what {@code docker diff} lists.
   *
   * @return the changes in the order of their paths
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if a path is too long for a layer
   * @throws IOException if contents have to be compared and cannot be read
   */
  public List<Change> changes() throws IOException {
    try (Snapshot now = fileSystem.snapshot()) {
      return TreeDiff.changes(base, now.tree(), DIFF);
    }
  }

  /**
   * The layer that leads from the image to the files as they are now. Contents can be read until
   * this is closed.
   *
   * @param diff what counts as a change
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if a change cannot be said in a
   *     layer: a name starts as a whiteout does, or is too long for one or for a path
   * @throws IOException if contents have to be compared and cannot be read
   */
  public List<LayerEntry> entries(DiffOptions diff) throws IOException {
    return TreeDiff.between(base, tree(), diff);
  }

  private List<LayerEntry> entries(Snapshot now, DiffOptions diff) throws IOException {
    return TreeDiff.between(base, now.tree(), diff);
  }

  // ---- Making an image

  /**
   * Begins to make an image of the files as they will be when it is built, a child of the image
   * below. Nothing waits meanwhile: the files can be changed further, and committed again.
   */
  public ContainerCommit commit() {
    return new ContainerCommit(this, config, options.clock());
  }

  /** Gives a builder on the image below, and the layer to add, good until the action returns. */
  Image build(DiffOptions diff, Finish finish) throws IOException {
    try (Snapshot now = fileSystem.snapshot()) {
      return finish.build(builder.get(), entries(now, diff));
    }
  }

  /** Makes the image. */
  interface Finish {
    Image build(ImageBuilder builder, List<LayerEntry> layer) throws IOException;
  }

  static DiffOptions defaultDiff() {
    return DIFF;
  }

  /** Closes the file system with all that is open in it. Closing again does nothing. */
  @Override
  public void close() throws IOException {
    fileSystem.close();
  }

  @Override
  public String toString() {
    return "container layer " + fileSystem.root().toUri().getAuthority();
  }
}
