package dev.imbrex.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All that takes its time in a build is told, with its bytes, and can be stopped. */
class BuildProgressTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final int SIZE = 1_000_000;

  @TempDir Path directory;
  private final ImageStore elsewhere = ImageStore.on(new MemoryStorage());
  private final Map<String, Long> told = new LinkedHashMap<>();
  private ImageStore store;
  private Image base;
  private Image other;
  private Path tar;

  @BeforeEach
  void prepare() throws IOException {
    store = ImageStore.on(LayoutStorage.create(directory.resolve("images")));
    base = image("/base");
    other = image("/other");
    tar = directory.resolve("root.tar");
    try (InputStream in = image("/root").layers().get(0).open();
        OutputStream out = Files.newOutputStream(tar)) {
      in.transferTo(out); // Layers in memory are plain.
    }
  }

  @AfterEach
  void close() throws IOException {
    store.close();
    elsewhere.close();
  }

  private Image image(String path) throws IOException {
    return ImageBuilder.scratch(elsewhere, AMD64)
        .layer(layer -> layer.file(path, new byte[SIZE]))
        .build();
  }

  private ImageBuilder builder() {
    return ImageBuilder.from(base)
        .in(store)
        .keepSteps(false)
        .layersOf(other)
        .tarLayer("root", tar)
        .layer(layer -> layer.file("/new", new byte[SIZE]));
  }

  /** By what their names begin with; digests are of no interest here. */
  private static String kind(String name) {
    return name.replaceAll("[ :]?(sha256|[0-9a-f]{12}).*", "");
  }

  @Test
  void tellsOfEachByte() throws IOException {
    Progress progress =
        (name, bytes) ->
            new Progress.Task() {
              @Override
              public void advance(long more) {
                if (more > 0) { // A task that only waits asks with 0, and only if that takes long.
                  synchronized (told) {
                    told.merge(kind(name), more, Long::sum);
                  }
                }
              }

              @Override
              public void close() {}
            };
    Image built = builder().progress(progress).build();
    assertThat(built.files().find(TreePath.of("/root"))).isPresent();
    long stored = base.layers().get(0).storedSize();
    assertThat(told)
        .containsEntry("Copy layer", stored)
        .containsEntry("Read root.tar", Files.size(tar))
        .containsEntry("Write layer", (long) SIZE)
        .hasEntrySatisfying("Read layer", bytes -> assertThat(bytes).isPositive());
    // The base, and what its image is made of.
    assertThat(told.entrySet())
        .filteredOn(entry -> !entry.getKey().matches("Copy layer|Read .*|Write layer"))
        .singleElement()
        .satisfies(entry -> assertThat(entry.getValue()).isGreaterThanOrEqualTo(stored));
  }

  @ParameterizedTest
  @ValueSource(strings = {"Copy", "Copy layer", "Read root.tar", "Read layer", "Write layer"})
  void isStopped(String kind) throws IOException {
    Progress stopping =
        (name, bytes) -> {
          if (kind(name).equals(kind)) {
            throw new CancellationException(name);
          }
          return Progress.none().start(name, bytes);
        };
    assertThatThrownBy(() -> builder().progress(stopping).build())
        .isInstanceOf(CancellationException.class);
    assertThat(store.tags()).isEmpty();
    assertThat(builder().build().layers()).hasSize(4);
  }
}
