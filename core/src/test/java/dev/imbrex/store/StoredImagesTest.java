package dev.imbrex.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.TarWriter;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StoredImagesTest {
  private static final String NAME = "example.com/app:1";

  @TempDir Path directory;
  private ImageStore store;
  private Image app;

  @BeforeEach
  void build() throws IOException {
    store = ImageStore.on(new MemoryStorage());
    app = image("amd64");
    store.tag(NAME, app);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private Image image(String architecture) throws IOException {
    return ImageBuilder.scratch(store, Platform.of("linux", architecture))
        .layer(layer -> layer.file("/a", "a"))
        .build();
  }

  private void assertHoldsTheImage(Path place) throws IOException {
    try (ImageStore opened = ImageStore.on(StoredImages.open(place))) {
      Image found = opened.require(NAME);
      assertThat(found.id()).isEqualTo(app.id());
      found.verify();
    }
  }

  @Test
  void opensALayout() throws IOException {
    Path layout = directory.resolve("layout");
    try (ImageStore copy = ImageStore.on(LayoutStorage.create(layout))) {
      copy.tag(NAME, copy.add(app));
    }
    assertHoldsTheImage(layout);
  }

  @ParameterizedTest
  @EnumSource(SaveOptions.Form.class)
  void opensADockerArchive(SaveOptions.Form form) throws IOException {
    Path archive = directory.resolve("docker.tar");
    SaveOptions options = SaveOptions.defaults().withForm(form);
    DockerArchive.save(archive, ArchiveContents.of(store, NAME), options);
    assertHoldsTheImage(archive);
    assertHoldsTheImage(compressed(archive));
  }

  @Test
  void opensAnOciArchiveWithItsIndexes() throws IOException {
    store.tag("both:1", ImageIndexBuilder.in(store).add(app).add(image("arm64")).build());
    Path archive = directory.resolve("oci.tar");
    OciArchive.save(archive, store, NAME, "both:1");
    assertHoldsTheImage(archive);
    try (ImageStore opened = ImageStore.on(StoredImages.open(compressed(archive)))) {
      assertThat(opened.requireIndex("both:1")).isEqualTo(store.requireIndex("both:1"));
    }
  }

  @Test
  void refusesWhatHoldsNoImages() throws IOException {
    Path tar = directory.resolve("files.tar");
    try (OutputStream out = Files.newOutputStream(tar)) {
      TarWriter writer = TarWriter.to(out, TimePolicy.seconds());
      writer.add(
          new LayerEntry.Present(
              TreePath.of("/a"), new Node.RegularFile(Metadata.forFile(), Content.text("a"))));
      writer.finish();
    }
    assertThatThrownBy(() -> StoredImages.open(tar))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("files.tar")
        .hasMessageContaining("neither");
    Path text = Files.writeString(directory.resolve("text"), "x".repeat(2000));
    assertThatThrownBy(() -> StoredImages.open(text)).isInstanceOf(MalformedContentException.class);
    assertThatThrownBy(() -> StoredImages.open(Files.createDirectory(directory.resolve("empty"))))
        .isInstanceOf(ContentNotFoundException.class);
    assertThatThrownBy(() -> StoredImages.open(directory.resolve("nothing")))
        .isInstanceOf(NoSuchFileException.class);
  }

  private static Path compressed(Path archive) throws IOException {
    Path compressed = Path.of(archive + ".gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(compressed))) {
      Files.copy(archive, out);
    }
    return compressed;
  }

  @Test
  void saysOfWhichFileItIsThatItIsNoArchive() throws IOException {
    Path text = Files.writeString(directory.resolve("notes.txt"), "No archive.\n");
    assertThatThrownBy(() -> StoredImages.open(text))
        .isInstanceOfSatisfying(
            MalformedContentException.class,
            e -> {
              assertThat(e.what()).isEqualTo(text.toString());
              assertThat(e).hasMessage(text + ", at " + e.where() + ": " + e.problem());
            })
        .hasMessageContaining(": the archive ends within a header")
        .hasMessageNotContaining("layer");
  }
}
