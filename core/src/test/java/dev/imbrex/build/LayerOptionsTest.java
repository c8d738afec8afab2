package dev.imbrex.build;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.container.ContainerLayer;
import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a caller says of layers stays, and what it does not say is as the storage prefers it. */
class LayerOptionsTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final Instant TIME = Instant.ofEpochSecond(86_400);
  private static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
  private static final String PLAIN = "application/vnd.oci.image.layer.v1.tar";
  private static final String ZSTD = "application/vnd.oci.image.layer.v1.tar+zstd";

  private final ImageStore memory = ImageStore.on(new MemoryStorage());

  @AfterEach
  void close() throws IOException {
    memory.close();
  }

  private ImageBuilder scratch() {
    return ImageBuilder.scratch(memory, AMD64);
  }

  private static LayerOptions atTime(LayerOptions options) {
    return options.withTimes(TimePolicy.seconds().fixedAt(TIME));
  }

  private static String type(Image image) {
    Layer top = image.layers().get(image.layers().size() - 1);
    return top.descriptor().mediaType().toString();
  }

  private static Instant time(Image image, String path) throws IOException {
    return image.files().find(TreePath.of(path)).orElseThrow().metadata().mtime();
  }

  @Test
  void aBuilderKeepsWhatTheStoragePrefers() throws IOException {
    Image image =
        scratch()
            .layerOptions(LayerOptionsTest::atTime)
            .layer(layer -> layer.file("/a", "a"))
            .build();
    assertThat(type(image)).isEqualTo(PLAIN);
    assertThat(time(image, "/a")).isEqualTo(TIME);
  }

  @Test
  void changesAddUp() throws IOException {
    Image image =
        scratch()
            .layerOptions(LayerOptionsTest::atTime)
            .layerOptions(options -> options.withCompression(Compression.ZSTD))
            .layer(layer -> layer.file("/a", "a"))
            .build();
    assertThat(type(image)).isEqualTo(ZSTD);
    assertThat(time(image, "/a")).isEqualTo(TIME);
  }

  @Test
  void wholeOptionsReplaceWhatWasSaid() throws IOException {
    Image image =
        scratch()
            .layerOptions(LayerOptionsTest::atTime)
            .layerOptions(LayerOptions.defaults())
            .layer(layer -> layer.file("/a", "a"))
            .build();
    assertThat(type(image)).isEqualTo(GZIP);
    assertThat(time(image, "/a")).isEqualTo(Instant.EPOCH);
  }

  @Test
  void layersDescribedBeforeTheStoreIsNamedAreWrittenAsItPrefers(@TempDir Path directory)
      throws IOException {
    try (ImageStore layout = ImageStore.on(LayoutStorage.create(directory.resolve("images")))) {
      Image image = scratch().layer(layer -> layer.file("/a", "a")).in(layout).build();
      assertThat(type(image)).isEqualTo(GZIP);
    }
  }

  @Test
  void optionsGivenBeforeTheStoreIsNamedStay(@TempDir Path directory) throws IOException {
    try (ImageStore layout = ImageStore.on(LayoutStorage.create(directory.resolve("images")))) {
      LayerOptions plain = LayerOptions.defaults().withCompression(Compression.NONE);
      Image built =
          scratch().layerOptions(plain).in(layout).layer(layer -> layer.file("/a", "a")).build();
      assertThat(type(built)).isEqualTo(PLAIN);
      Image two = ImageBuilder.from(built).layer(layer -> layer.file("/b", "b")).build();
      try (ImageStore other = ImageStore.on(LayoutStorage.create(directory.resolve("other")))) {
        assertThat(type(ImageSquash.of(two).layerOptions(plain).in(other).build()))
            .isEqualTo(PLAIN);
      }
    }
  }

  @Test
  void aSquashKeepsWhatTheStoragePrefers() throws IOException {
    Image two =
        scratch()
            .layer(layer -> layer.file("/a", "a"))
            .layer(layer -> layer.file("/b", "b"))
            .build();
    Image squashed = ImageSquash.of(two).layerOptions(LayerOptionsTest::atTime).build();
    assertThat(type(squashed)).isEqualTo(PLAIN);
    assertThat(time(squashed, "/b")).isEqualTo(TIME);
  }

  @Test
  void aCommitKeepsWhatTheStoragePrefers() throws IOException {
    Image base = scratch().layer(layer -> layer.file("/a", "a")).build();
    try (ContainerLayer container = ContainerLayer.on(base)) {
      Files.writeString(container.path("/b"), "b");
      Image committed = container.commit().layerOptions(LayerOptionsTest::atTime).build();
      assertThat(type(committed)).isEqualTo(PLAIN);
      assertThat(time(committed, "/b")).isEqualTo(TIME);
    }
  }

  @Test
  void aDockerfileBuildKeepsWhatTheStoragePrefers() throws IOException {
    Image built =
        DockerfileBuild.in(memory)
            .dockerfile(Dockerfile.parse("FROM scratch\nCOPY <<EOF /b\nb\nEOF\n"))
            .layerOptions(LayerOptionsTest::atTime)
            .build(AMD64);
    assertThat(type(built)).isEqualTo(PLAIN);
    assertThat(time(built, "/b")).isEqualTo(TIME);
  }
}
