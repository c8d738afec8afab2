package dev.imbrex.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.config.HistoryRow;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.DockerArchive;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views of the images of an archive, where nobody knows yet how large the layers are. */
class ViewProgressTest {
  @TempDir Path directory;
  private final List<String> told = new ArrayList<>();
  private WatchedStorage watched;
  private ImageStore store;
  private Image image;

  @BeforeEach
  void open() throws IOException {
    Path archive = directory.resolve("a.tar");
    try (ImageStore memory = ImageStore.on(new MemoryStorage())) {
      Image built =
          ImageBuilder.scratch(memory, Platform.of("linux", "amd64"))
              .layer(layer -> layer.file("/a", "abc"))
              .layer(layer -> layer.file("/b", "12345"))
              .build();
      memory.tag("a:1", built);
      DockerArchive.save(archive, memory, "a:1");
    }
    watched = new WatchedStorage(DockerArchive.open(archive));
    store = ImageStore.on(watched.storage());
    image = store.require("a:1");
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private Progress.Task note(String name, long bytes) {
    told.add(name + " " + bytes);
    return Progress.none().start(name, bytes);
  }

  private static List<Long> sizes(List<HistoryRow> rows) {
    return rows.stream().map(row -> row.size().orElseThrow()).toList();
  }

  private List<String> readingOfAllLayers() {
    return image.layers().stream()
        .map(layer -> "Read layer " + layer.diffId() + " " + layer.storedSize())
        .toList();
  }

  @Test
  void historyTellsOfTheLayersItReads() throws IOException {
    assertThat(sizes(store.history(image, this::note))).containsExactly(5L, 3L);
    assertThat(told).containsExactlyElementsOf(readingOfAllLayers());
  }

  @Test
  void treeTellsOfTheLayersItReads() throws IOException {
    ImageTree tree = store.tree(this::note);
    assertThat(tree.roots().get(0).addedContent()).isEqualTo(8);
    assertThat(told).containsExactlyElementsOf(readingOfAllLayers());
    told.clear();
    assertThat(store.tree(this::note)).isEqualTo(tree);
    assertThat(told).isEmpty();
  }

  @Test
  void footprintTellsOfTheLayersItReads() throws IOException {
    Footprint footprint = store.footprint(this::note);
    assertThat(footprint.content().used()).isEqualTo(8);
    assertThat(told).containsExactlyElementsOf(readingOfAllLayers());
    told.clear();
    assertThat(store.footprint(this::note)).isEqualTo(footprint);
    assertThat(told).isEmpty();
  }

  @Test
  void eachIsStoppedByItsProgress() {
    Progress stopping =
        (name, bytes) -> {
          throw new CancellationException("enough");
        };
    assertThatThrownBy(() -> store.history(image, stopping))
        .isInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> store.tree(stopping)).isInstanceOf(CancellationException.class);
    assertThatThrownBy(() -> store.footprint(stopping)).isInstanceOf(CancellationException.class);
  }

  @Test
  void historyReadsNoLayerThatHasJustBeenRead() throws IOException {
    image.provenance(ReadOptions.defaults());
    assertThat(sizes(store.history(image, this::note))).containsExactly(5L, 3L);
    assertThat(told).isEmpty();
    for (Layer layer : image.layers()) {
      assertThat(watched.countOpened(layer)).isEqualTo(1);
    }
  }
}
