package dev.imbrex.testing;

import dev.imbrex.image.Image;
import dev.imbrex.layers.tree.FileTree;
import java.io.IOException;
import org.assertj.core.api.AbstractAssert;

/** Assertions on an image; those on files are about all layers together. */
public final class ImageAssert extends AbstractAssert<ImageAssert, Image> {
  ImageAssert(Image actual) {
    super(actual, ImageAssert.class);
  }

  /** Goes on with the files. */
  public FileTreeAssert files() throws IOException {
    return new FileTreeAssert(actual.files()).as(descriptionText());
  }

  /** There is a regular file at a path; goes on with it. */
  public NodeAssert hasFile(String path) throws IOException {
    return files().hasFile(path);
  }

  /** There is a directory at a path; goes on with it. */
  public NodeAssert hasDirectory(String path) throws IOException {
    return files().hasDirectory(path);
  }

  /** There is a symbolic link at a path, with this target; goes on with it. */
  public NodeAssert hasSymlink(String path, String target) throws IOException {
    return files().hasSymlink(path, target);
  }

  /** There is nothing at a path. */
  public ImageAssert hasNothingAt(String path) throws IOException {
    files().hasNothingAt(path);
    return this;
  }

  /** The files are those of another image, as {@link FileTreeAssert#hasSameFilesAs}. */
  public ImageAssert hasSameFilesAs(Image expected) throws IOException {
    return hasSameFilesAs(expected.files());
  }

  /** The files are these, as {@link FileTreeAssert#hasSameFilesAs}. */
  public ImageAssert hasSameFilesAs(FileTree expected) throws IOException {
    files().hasSameFilesAs(expected);
    return this;
  }

  /** Goes on with the config. */
  public ImageConfigAssert config() {
    return new ImageConfigAssert(actual.config()).as(descriptionText());
  }

  /** The config is that of another image, member by member. */
  public ImageAssert hasSameConfigAs(Image expected) {
    config().hasSameMembersAs(expected.config());
    return this;
  }

  /** Goes on with the history, oldest step first. */
  public HistoryAssert history() {
    return config().history();
  }

  /** There are so many layers. */
  public ImageAssert hasLayers(int count) {
    if (actual.layers().size() != count) {
      throw failure(
          "Expected %s layers, but there are %s: %s",
          count, actual.layers().size(), actual.layers());
    }
    return this;
  }

  /**
   * Goes on with a layer.
   *
   * @param index from 0, the lowest
   */
  public LayerAssert layer(int index) {
    if (index >= actual.layers().size()) {
      throw failure("Expected a layer %s, but there are %s layers", index, actual.layers().size());
    }
    return new LayerAssert(actual.layers().get(index)).as(descriptionText());
  }
}
