package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.TarWriter;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.AmbiguousNameException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SN-S13 to SN-S16, on archives put together by hand. */
class DockerArchiveTest {
  @TempDir Path directory;

  private final ImageStore store = ImageStore.on(new MemoryStorage());
  private final Map<String, Node> files = new LinkedHashMap<>();
  private final Map<String, String> hardLinks = new LinkedHashMap<>();
  private byte[] config = new byte[0];

  @BeforeEach
  void makeParts() throws IOException {
    try (ImageStore other = ImageStore.on(new MemoryStorage())) {
      Image image =
          ImageBuilder.scratch(other, Platform.of("linux", "amd64"))
              .layer(layer -> layer.file("/a", "a"))
              .layer(layer -> layer.file("/b", "b"))
              .build();
      config = image.config().bytes();
      try (InputStream one = image.layers().get(0).open();
          InputStream two = image.layers().get(1).open()) {
        add("1/layer.tar", one.readAllBytes());
        add("2/layer.tar", two.readAllBytes());
      }
    }
    add("config.json", config);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private void add(String name, byte[] bytes) {
    files.put(name, new Node.RegularFile(Metadata.forFile(), Content.of(bytes)));
  }

  private void add(String name, String text) {
    add(name, text.getBytes(UTF_8));
  }

  private void manifest(String layers) {
    add(
        "manifest.json",
        "[{\"Config\":\"config.json\",\"RepoTags\":[\"x:1\"],\"Layers\":" + layers + "}]");
  }

  private Path archive() throws IOException {
    Path file = directory.resolve("archive.tar");
    try (OutputStream out = Files.newOutputStream(file)) {
      write(out);
    }
    return file;
  }

  private void write(OutputStream out) throws IOException {
    TarWriter tar = TarWriter.to(out, TimePolicy.seconds());
    for (Map.Entry<String, Node> entry : files.entrySet()) {
      tar.add(new LayerEntry.Present(TreePath.of(entry.getKey()), entry.getValue()));
    }
    for (Map.Entry<String, String> link : hardLinks.entrySet()) {
      tar.add(
          new LayerEntry.Link(
              TreePath.of(link.getKey()), TreePath.of(link.getValue()), Metadata.forFile()));
    }
    tar.finish();
  }

  @Test
  void readsAnImageWhoseManifestComesLast() throws IOException {
    manifest("[\"1/layer.tar\",\"2/layer.tar\"]");
    Path archive = archive();
    assertThat(DockerArchive.isArchive(archive)).isTrue();
    Image image = DockerArchive.load(archive, store);
    assertThat(image.config().bytes()).isEqualTo(config);
    image.verify();
    assertThat(image.files().count()).isEqualTo(2);
  }

  @Test
  void readsACompressedOne() throws IOException {
    manifest("[\"1/layer.tar\",\"2/layer.tar\"]");
    Path file = directory.resolve("archive.tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      write(out);
    }
    DockerArchive.load(file, store).verify();
  }

  /** LC-E22. */
  @Test
  void followsLinksBetweenLayers() throws IOException {
    files.put(
        "3/layer.tar", new Node.Symlink(Metadata.ofMode(0777), ByteString.of("../2/layer.tar")));
    manifest("[\"./1/layer.tar\",\"3/layer.tar\"]");
    DockerArchive.load(archive(), store).verify();
  }

  /** LC-E22. */
  @Test
  void followsHardLinksBetweenLayers() throws IOException {
    hardLinks.put("3/layer.tar", "2/layer.tar");
    manifest("[\"1/layer.tar\",\"3/layer.tar\"]");
    DockerArchive.load(archive(), store).verify();
  }

  /** LC-E22, LC-C13: a link of the archive never leads to a file of the machine. */
  @ParameterizedTest
  @ValueSource(strings = {"/etc/hostname", "../../../../../../../../etc/hostname", "DIRECTORY/own"})
  void followsLinksInsideTheArchiveOnly(String target) throws IOException {
    Path own = directory.resolve("own");
    Node layer = files.get("2/layer.tar");
    try (InputStream in = ((Node.RegularFile) Objects.requireNonNull(layer)).content().open()) {
      Files.copy(in, own);
    }
    String leads = target.replace("DIRECTORY", directory.toString());
    files.put("3/layer.tar", new Node.Symlink(Metadata.ofMode(0777), ByteString.of(leads)));
    manifest("[\"1/layer.tar\",\"3/layer.tar\"]");
    assertThatThrownBy(() -> DockerArchive.load(archive(), store))
        .isInstanceOf(MalformedContentException.class);
  }

  @Test
  void refusesLinksInACircle() throws IOException {
    files.put("p", new Node.Symlink(Metadata.ofMode(0777), ByteString.of("q")));
    files.put("q", new Node.Symlink(Metadata.ofMode(0777), ByteString.of("p")));
    manifest("[\"1/layer.tar\",\"p\"]");
    assertThatThrownBy(() -> DockerArchive.load(archive(), store))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("circle");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[\"1/layer.tar\"]",
        "[\"1/layer.tar\",\"2/layer.tar\",\"2/layer.tar\"]",
        "[\"1/layer.tar\",\"missing\"]",
        "[\"1/layer.tar\",\"config.json\"]",
        "[\"1/layer.tar\",\"../2/layer.tar\"]",
        "[1,2]",
        "{}"
      })
  void refusesLayersThatDoNotFit(String layers) throws IOException {
    manifest(layers);
    assertThatThrownBy(() -> DockerArchive.load(archive(), store))
        .isInstanceOf(MalformedContentException.class);
  }

  @Test
  void refusesLayersInAnotherOrder() throws IOException {
    manifest("[\"2/layer.tar\",\"1/layer.tar\"]");
    assertThatThrownBy(() -> DockerArchive.load(archive(), store))
        .isInstanceOf(DigestMismatchException.class)
        .hasMessageContaining("2/layer.tar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "{}", "[", "[null]", "[{}]", "[{\"Config\":\"gone\"}]"})
  void refusesABrokenManifest(String manifest) throws IOException {
    add("manifest.json", manifest);
    assertThatThrownBy(() -> DockerArchive.load(archive(), store))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("archive.tar");
  }

  @Test
  void refusesSeveralImagesAndNamesThem() throws IOException {
    add(
        "manifest.json",
        "[{\"Config\":\"config.json\",\"RepoTags\":[\"x:1\"],\"Layers\":[]},"
            + "{\"Config\":\"config.json\",\"RepoTags\":[\"y:2\"],\"Layers\":[]}]");
    assertThatThrownBy(() -> DockerArchive.load(archive(), store))
        .isInstanceOf(AmbiguousNameException.class)
        .hasMessageContaining("x:1")
        .hasMessageContaining("y:2");
  }

  @Test
  void refusesTheRetiredForm() throws IOException {
    add("repositories", "{\"x\":{\"1\":\"abc\"}}");
    assertThat(DockerArchive.isArchive(archive())).isFalse();
    assertThatThrownBy(() -> DockerArchive.load(archive(), store))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("1.10");
  }

  @Test
  void refusesWhatIsNoTar() throws IOException {
    Path text = Files.writeString(directory.resolve("text"), "x".repeat(2000));
    assertThatThrownBy(() -> DockerArchive.isArchive(text))
        .isInstanceOf(MalformedContentException.class);
  }
}
