package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Tag;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.TarWriter;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.AmbiguousNameException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.testing.ImbrexExtension;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SN-S13 to SN-S16, on archives put together by hand. */
class DockerArchiveTest {
  private static final String LAYERS = "[\"1/layer.tar\",\"2/layer.tar\"]";

  @TempDir Path directory;

  @RegisterExtension private final ImbrexExtension imbrex = new ImbrexExtension();

  private final ImageStore store = imbrex.store();
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

  /** Copies the only image of an archive, which verifies all of it. */
  private Image load(Path file) throws IOException {
    try (ImageStore archive = ImageStore.on(DockerArchive.open(file))) {
      return store.add(archive.requireOnly());
    }
  }

  @Test
  void readsAnImageWhoseManifestComesLast() throws IOException {
    manifest("[\"1/layer.tar\",\"2/layer.tar\"]");
    Path archive = archive();
    assertThat(DockerArchive.isArchive(archive)).isTrue();
    Image image = load(archive);
    assertThat(image.config().bytes()).isEqualTo(config);
    image.verify();
    assertThat(image.files().count()).isEqualTo(2);
  }

  /**
   * The first byte of a layer is that of a name, and "null", an array or an object begin so too.
   */
  @ParameterizedTest
  @ValueSource(strings = {"node_modules", "[a]", "{a}"})
  void knowsALayerWhoseFirstNameBeginsLikeADocument(String name) throws IOException {
    try (ImageStore other = ImageStore.on(new MemoryStorage())) {
      Image image =
          ImageBuilder.scratch(other, Platform.of("linux", "amd64"))
              .layer(layer -> layer.file("/" + name, "a"))
              .build();
      try (InputStream layer = image.layers().get(0).open()) {
        add("1/layer.tar", layer.readAllBytes());
      }
      add("config.json", image.config().bytes());
    }
    manifest("[\"1/layer.tar\"]");
    try (ImageStore archive = ImageStore.on(DockerArchive.open(archive()))) {
      assertThat(archive.requireOnly().files().find(TreePath.of(name))).isPresent();
    }
  }

  @Test
  void readsACompressedOne() throws IOException {
    manifest("[\"1/layer.tar\",\"2/layer.tar\"]");
    Path file = directory.resolve("archive.tar.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      write(out);
    }
    assertThat(DockerArchive.isArchive(file)).isTrue();
    load(file).verify();
  }

  /** LC-E22. */
  @Test
  void followsLinksBetweenLayers() throws IOException {
    files.put(
        "3/layer.tar", new Node.Symlink(Metadata.ofMode(0777), ByteString.of("../2/layer.tar")));
    manifest("[\"./1/layer.tar\",\"3/layer.tar\"]");
    load(archive()).verify();
  }

  /** LC-E22. */
  @Test
  void followsHardLinksBetweenLayers() throws IOException {
    hardLinks.put("3/layer.tar", "2/layer.tar");
    manifest("[\"1/layer.tar\",\"3/layer.tar\"]");
    load(archive()).verify();
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
    assertThatThrownBy(() -> load(archive())).isInstanceOf(MalformedContentException.class);
  }

  @Test
  void refusesLinksInACircle() throws IOException {
    files.put("p", new Node.Symlink(Metadata.ofMode(0777), ByteString.of("q")));
    files.put("q", new Node.Symlink(Metadata.ofMode(0777), ByteString.of("p")));
    manifest("[\"1/layer.tar\",\"p\"]");
    assertThatThrownBy(() -> load(archive()))
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
        "[\"1/layer.tar\",\"../2/layer.tar\"]",
        "[1,2]",
        "{}"
      })
  void refusesLayersThatDoNotFit(String layers) throws IOException {
    manifest(layers);
    assertThatThrownBy(() -> load(archive())).isInstanceOf(MalformedContentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"2/layer.tar\",\"1/layer.tar\"]",
        "[\"1/layer.tar\",\"config.json\"]",
      })
  void refusesOtherLayersThanTheConfigNames(String layers) throws IOException {
    manifest(layers);
    assertThatThrownBy(() -> load(archive()))
        .isInstanceOf(DigestMismatchException.class)
        .hasMessageContaining("archive.tar");
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "{}", "[", "[null]", "[{}]", "[{\"Config\":\"gone\"}]"})
  void refusesABrokenManifest(String manifest) throws IOException {
    add("manifest.json", manifest);
    assertThatThrownBy(() -> load(archive()))
        .isInstanceOf(ImageException.class)
        .hasMessageContaining("archive.tar");
  }

  @Test
  void readsSeveralImagesAndTheirNames() throws IOException {
    add("one.json", withEnv("ONE=1"));
    add(
        "manifest.json",
        "[{\"Config\":\"config.json\",\"RepoTags\":[\"x:1\",\"example.com/y:2\"],\"Layers\":"
            + LAYERS
            + "},{\"Config\":\"one.json\",\"RepoTags\":null,\"Layers\":"
            + LAYERS
            + "}]");
    try (ImageStore archive = ImageStore.on(DockerArchive.open(archive()))) {
      assertThat(archive.tags())
          .extracting(Tag::name)
          .containsExactly("docker.io/library/x:1", "example.com/y:2");
      assertThat(archive.images()).hasSize(2);
      assertThat(archive.require("y:2".replace("y", "example.com/y")).id())
          .isEqualTo(Digest.sha256(config));
      assertThat(archive.images().get(1).config().container().env()).contains(List.of("ONE=1"));
      assertThatThrownBy(archive::requireOnly)
          .isInstanceOf(AmbiguousNameException.class)
          .hasMessageContaining("x:1");
      for (Image image : archive.images()) {
        image.verify();
      }
    }
  }

  /** SN-S20: Docker refuses an archive whose parents do not fit, so they are not believed. */
  @Test
  void believesParentsThatReallyAreParents() throws IOException {
    byte[] parent = history("one");
    byte[] child = history("one", "two");
    byte[] stranger = history("other", "two");
    add("parent.json", parent);
    add("child.json", child);
    add("stranger.json", stranger);
    String id = Digest.sha256(parent).toString();
    add(
        "manifest.json",
        "[{\"Config\":\"parent.json\",\"RepoTags\":[\"p:1\"],\"Layers\":[],\"Parent\":\"sha256:12\"},"
            + "{\"Config\":\"child.json\",\"RepoTags\":[\"c:1\"],\"Layers\":[],\"Parent\":\""
            + id
            + "\"},{\"Config\":\"stranger.json\",\"RepoTags\":[\"s:1\"],\"Layers\":[],\"Parent\":\""
            + id
            + "\"}]");
    try (ImageStore archive = ImageStore.on(DockerArchive.open(archive()))) {
      assertThat(archive.parent(archive.require("c:1"))).contains(archive.require("p:1"));
      assertThat(archive.parent(archive.require("s:1"))).isEmpty();
      assertThat(archive.parent(archive.require("p:1"))).isEmpty();
    }
  }

  /** SN-S14: some tools compress the layers in the archive one by one. */
  @Test
  void readsCompressedLayersAsTheyAre() throws IOException {
    byte[] tar = bytesOf("2/layer.tar");
    ByteArrayOutputStream gzip = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(gzip)) {
      out.write(tar);
    }
    add("2/layer.tar", gzip.toByteArray());
    manifest(LAYERS);
    Image image = load(archive());
    image.verify();
    assertThat(image.layers().get(1).descriptor())
        .isEqualTo(Descriptor.of(MediaType.OCI_LAYER_GZIP, gzip.toByteArray()));
    assertThat(image.layers().get(0).descriptor().digest())
        .isEqualTo(Digest.sha256(bytesOf("1/layer.tar")));
  }

  /** SN-S18, from the description of the form Docker 25 writes. */
  @Test
  void readsTheHybridFormAsALayout() throws IOException {
    Descriptor configBlob = blob(MediaType.OCI_IMAGE_CONFIG, config);
    Descriptor one = blob(MediaType.OCI_LAYER, bytesOf("1/layer.tar"));
    Descriptor two = blob(MediaType.OCI_LAYER, bytesOf("2/layer.tar"));
    byte[] manifest =
        ("{ \"schemaVersion\": 2, \"mediaType\": \"application/vnd.oci.image.manifest.v1+json\",\n"
                + " \"config\": "
                + configBlob.toJson()
                + ", \"layers\": ["
                + one.toJson()
                + ","
                + two.toJson()
                + "] }")
            .getBytes(UTF_8);
    Descriptor image = blob(MediaType.OCI_IMAGE_MANIFEST, manifest);
    hybrid(image, configBlob, one, two);
    try (ImageStore archive = ImageStore.on(DockerArchive.open(archive()))) {
      assertThat(archive.require("team/app:v1").digest()).isEqualTo(Digest.sha256(manifest));
      archive.require("team/app:v1").verify();
    }
    // With a hole in the layout it is read as Docker reads it.
    files.remove("blobs/sha256/" + image.digest().encoded());
    try (ImageStore archive = ImageStore.on(DockerArchive.open(archive()))) {
      assertThat(archive.require("team/app:v1").id()).isEqualTo(Digest.sha256(config));
      assertThat(archive.require("team/app:v1").digest()).isNotEqualTo(Digest.sha256(manifest));
      archive.require("team/app:v1").verify();
    }
  }

  private void hybrid(Descriptor image, Descriptor configBlob, Descriptor one, Descriptor two) {
    add("oci-layout", "{\"imageLayoutVersion\": \"1.0.0\"}");
    add(
        "index.json",
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":["
            + image
                .withAnnotation("io.containerd.image.name", "docker.io/team/app:v1")
                .withAnnotation("org.opencontainers.image.ref.name", "v1")
                .toJson()
            + "]}");
    add(
        "manifest.json",
        "[{\"Config\":\"blobs/sha256/"
            + configBlob.digest().encoded()
            + "\",\"RepoTags\":[\"team/app:v1\"],\"Layers\":[\"blobs/sha256/"
            + one.digest().encoded()
            + "\",\"blobs/sha256/"
            + two.digest().encoded()
            + "\"],\"LayerSources\":{\""
            + one.digest()
            + "\":"
            + one.toJson()
            + ",\""
            + two.digest()
            + "\":"
            + two.toJson()
            + "}}]");
  }

  private Descriptor blob(MediaType type, byte[] bytes) {
    Descriptor descriptor = Descriptor.of(type, bytes);
    add("blobs/sha256/" + descriptor.digest().encoded(), bytes);
    return descriptor;
  }

  private byte[] bytesOf(String name) throws IOException {
    Node file = Objects.requireNonNull(files.get(name));
    try (InputStream in = ((Node.RegularFile) file).content().open()) {
      return in.readAllBytes();
    }
  }

  private byte[] withEnv(String env) throws IOException {
    ImageConfig parsed = ImageConfig.parse(config, "test");
    return parsed.withContainer(parsed.container().withEnv(List.of(env))).bytes();
  }

  private static byte[] history(String... steps) {
    ImageConfig made = ImageConfig.of(Platform.of("linux", "amd64"));
    for (String step : steps) {
      made = made.appendEmpty(History.createdBy(Instant.EPOCH, step));
    }
    return made.bytes();
  }

  @Test
  void refusesTheRetiredForm() throws IOException {
    add("repositories", "{\"x\":{\"1\":\"abc\"}}");
    assertThat(DockerArchive.isArchive(archive())).isFalse();
    assertThatThrownBy(() -> load(archive()))
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
