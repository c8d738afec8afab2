package dev.imbrex.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.image.ContentViolation.Kind;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutOptions;
import dev.imbrex.store.LayoutStorage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContentValidationTest {
  @TempDir Path directory;

  private ImageStore store;
  private Storage storage;
  private Image image;

  @BeforeEach
  void build() throws IOException {
    storage = LayoutStorage.create(directory, LayoutOptions.DEFAULT.withSync(false));
    store = ImageStore.on(storage);
    image =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer(layer -> layer.file("/a", "a".repeat(1000)))
            .layer(layer -> layer.file("/b", "b".repeat(1000)))
            .build();
    store.tag("app:1", image);
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private Path blob(Descriptor content) {
    return directory.resolve("blobs/sha256").resolve(content.digest().encoded());
  }

  private List<Kind> kinds() throws IOException {
    return ContentValidation.of(storage).stream().map(ContentViolation::kind).toList();
  }

  private Descriptor put(MediaType type, byte[] bytes) throws IOException {
    Descriptor descriptor = Descriptor.of(type, bytes);
    storage.put(descriptor, new ByteArrayInputStream(bytes));
    return descriptor;
  }

  private void tag(ImageManifest manifest) throws IOException {
    put(MediaType.OCI_IMAGE_MANIFEST, manifest.bytes());
    storage.tag(List.of(TagUpdate.set("docker.io/library/other:1", manifest.descriptor())));
  }

  @Test
  void findsNothingWhereNothingIsWrong() throws IOException {
    ImageIndex index = ImageIndexBuilder.in(store).add(image).build();
    store.tag("multi:1", index);
    assertThat(ContentValidation.of(storage)).isEmpty();
    assertThat(ContentValidation.of(storage, index.descriptor(), Progress.none())).isEmpty();
  }

  @Test
  void listsEveryViolationOfAnImage() throws IOException {
    Files.delete(blob(image.layers().get(0).descriptor()));
    byte[] bytes = Files.readAllBytes(blob(image.layers().get(1).descriptor()));
    bytes[bytes.length / 2] ^= 1;
    Files.write(blob(image.layers().get(1).descriptor()), bytes);
    Files.writeString(blob(image.manifest().config()), "{}");
    List<ContentViolation> violations = ContentValidation.of(storage);
    assertThat(violations)
        .extracting(ContentViolation::kind)
        .startsWith(Kind.DIGEST, Kind.MISSING)
        .hasSize(3);
    assertThat(violations)
        .extracting(violation -> violation.content().digest())
        .containsExactly(
            image.id(),
            image.layers().get(0).descriptor().digest(),
            image.layers().get(1).descriptor().digest());
  }

  @Test
  void comparesLayersWithTheConfig() throws IOException {
    List<Descriptor> layers = new ArrayList<>(image.manifest().layers());
    java.util.Collections.reverse(layers);
    tag(image.manifest().withLayers(layers));
    assertThat(kinds()).containsExactly(Kind.DIFF_ID, Kind.DIFF_ID);
    tag(image.manifest().withLayers(layers.subList(0, 1)));
    assertThat(kinds()).containsExactly(Kind.LAYER_COUNT);
  }

  @Test
  void holdsConfigsAgainstTheirRules() throws IOException {
    String config =
        new String(image.config().bytes(), UTF_8)
            .replace("\"os\":\"linux\"", "\"os\":\"\"")
            .replace("\"history\":[", "\"history\":[{\"created_by\":\"a third layer\"},");
    Descriptor changed = put(MediaType.OCI_IMAGE_CONFIG, config.getBytes(UTF_8));
    tag(image.manifest().withConfig(changed));
    assertThat(ContentValidation.of(storage))
        .extracting(ContentViolation::kind, ContentViolation::where)
        .containsExactlyInAnyOrder(
            org.assertj.core.groups.Tuple.tuple(Kind.CONFIG, "/os"),
            org.assertj.core.groups.Tuple.tuple(Kind.CONFIG, "/history"));
    tag(image.manifest().withConfig(put(MediaType.OCI_IMAGE_CONFIG, "[]".getBytes(UTF_8))));
    assertThat(kinds()).contains(Kind.CONFIG);
  }

  @Test
  void looksIntoLayers() throws IOException {
    List<Descriptor> layers = new ArrayList<>(image.manifest().layers());
    layers.set(0, layers.get(0).withMediaType(MediaType.OCI_LAYER));
    tag(image.manifest().withLayers(layers));
    // The other manifest names the same bytes rightly, and comes first.
    assertThat(kinds()).isEmpty();
    store.untag("app:1");
    assertThat(
            ContentValidation.of(storage, store.require("other:1").descriptor(), Progress.none()))
        .extracting(ContentViolation::kind)
        .containsExactly(Kind.LAYER_FINDING);
    layers.set(0, put(MediaType.OCI_LAYER, "this is no tar".getBytes(UTF_8)));
    tag(image.manifest().withLayers(layers));
    assertThat(kinds()).containsExactly(Kind.LAYER);
  }

  @Test
  void looksThroughIndexesAndLetsThemBeSparse() throws IOException {
    Descriptor broken = put(MediaType.OCI_IMAGE_MANIFEST, "{\"layers\":1}".getBytes(UTF_8));
    Descriptor missing = Descriptor.of(MediaType.OCI_IMAGE_MANIFEST, Digest.sha256(new byte[1]), 1);
    IndexManifest index =
        IndexManifest.of(
            List.of(
                missing, broken, image.descriptor().withPlatform(Platform.of("linux", "arm64"))));
    put(MediaType.OCI_IMAGE_INDEX, index.bytes());
    storage.tag(List.of(TagUpdate.set("docker.io/library/multi:1", index.descriptor())));
    assertThat(ContentValidation.of(storage))
        .extracting(ContentViolation::kind, violation -> violation.content().digest())
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(Kind.DOCUMENT, broken.digest()),
            org.assertj.core.groups.Tuple.tuple(Kind.PLATFORM, image.digest()));
  }

  @Test
  void readsWhatNothingLeadsTo() throws IOException {
    Descriptor stray = put(MediaType.OCTET_STREAM, "stray".getBytes(UTF_8));
    Files.writeString(blob(stray), "STRAY");
    assertThat(ContentValidation.of(storage))
        .singleElement()
        .satisfies(
            violation -> {
              assertThat(violation.kind()).isEqualTo(Kind.DIGEST);
              assertThat(violation.toString()).contains(stray.digest().toString());
            });
  }

  @Test
  void knowsThatAConfigMayBeOfAnotherKind() throws IOException {
    put(MediaType.OCI_EMPTY_JSON, "{}".getBytes(UTF_8));
    Descriptor text = put(MediaType.parse("text/plain"), "hello".getBytes(UTF_8));
    tag(ImageManifest.of(Descriptor.EMPTY_JSON, List.of(text)));
    assertThat(kinds()).isEmpty();
    Files.delete(blob(text));
    assertThat(kinds()).containsExactly(Kind.MISSING);
  }
}
