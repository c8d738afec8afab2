package dev.imbrex.testing;

import dev.imbrex.image.Image;
import dev.imbrex.image.Layer;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.config.ImageConfig;
import java.util.List;

/**
 * Assertions whose failures show how what was found differs from what was expected, to be imported
 * statically, alone or beside those of AssertJ.
 *
 * <pre>{@code
 * assertThat(image).hasFile("/app").withContent("x").withMode(0755).hasNothingAt("/etc/motd");
 * assertThat(image).config().hasEnv("PATH", "/bin");
 * assertThat(image).hasSameFilesAs(expected);
 * }</pre>
 */
public final class ImbrexAssertions {
  private ImbrexAssertions() {}

  /** Asserts about an image. */
  public static ImageAssert assertThat(Image image) {
    return new ImageAssert(image);
  }

  /** Asserts about a layer. */
  public static LayerAssert assertThat(Layer layer) {
    return new LayerAssert(layer);
  }

  /** Asserts about the files of an image, a layer or a directory. */
  public static FileTreeAssert assertThat(FileTree tree) {
    return new FileTreeAssert(tree);
  }

  /** Asserts about a config. */
  public static ImageConfigAssert assertThat(ImageConfig config) {
    return new ImageConfigAssert(config);
  }

  /** Asserts about a history, oldest step first; a list has assertions of its own already. */
  public static HistoryAssert assertThatHistory(List<History> history) {
    return new HistoryAssert(history);
  }
}
