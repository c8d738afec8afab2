package dev.imbrex.container;

import dev.imbrex.container.internal.VirtualFileSystem;
import dev.imbrex.image.Image;
import dev.imbrex.layers.tree.FileTree;
import java.io.IOException;
import java.nio.file.FileSystem;

/**
 * The files of an image as a read-only {@link FileSystem}.
 *
 * <pre>{@code
 * try (FileSystem files = ImageFileSystem.open(image)) {
 *   String release = Files.readString(files.getPath("/etc/os-release"));
 * }
 * }</pre>
 *
 * <p>All that {@link ContainerLayer} says of its file system holds here, but for changing
 * something, which is a {@link java.nio.file.ReadOnlyFileSystemException}.
 */
public final class ImageFileSystem {
  private ImageFileSystem() {}

  /**
   * Opens the files of an image, for the caller to close. The store of the image has to be open for
   * as long.
   *
   * @throws dev.imbrex.manifest.error.ImageException if its layers cannot be read or applied
   */
  public static FileSystem open(Image image) throws IOException {
    return open(image, ContainerOptions.defaults());
  }

  /** Opens the files of an image, as {@link #open(Image)}. */
  public static FileSystem open(Image image, ContainerOptions options) throws IOException {
    return open(image.files(options.reading()), "image." + image.digest().shortId(), options);
  }

  /** Opens the files of a tree, wherever it is from, for the caller to close. */
  public static FileSystem open(FileTree tree, ContainerOptions options) {
    return open(tree, "tree", options);
  }

  private static FileSystem open(FileTree tree, String name, ContainerOptions options) {
    return VirtualFileSystem.of(tree, options.settings(name, true));
  }
}
