package dev.imbrex.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.testing.MovableClock;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What collection keeps, word for word as SN-S11 has it. */
class CollectorTest {
  private final MovableClock clock = new MovableClock();
  private final Storage storage = new MemoryStorage(clock);
  private final ImageStore store = ImageStore.on(storage, clock);
  private Image image;

  @BeforeEach
  void build() throws IOException {
    image =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer(layer -> layer.file("/a", "a"))
            .build();
  }

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private Descriptor put(MediaType type, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    Descriptor descriptor = Descriptor.of(type, bytes);
    storage.put(descriptor, new ByteArrayInputStream(bytes));
    return descriptor;
  }

  private Descriptor put(ImageManifest manifest) throws IOException {
    storage.put(manifest.descriptor(), new ByteArrayInputStream(manifest.bytes()));
    return manifest.descriptor();
  }

  private void tag(String name, Descriptor target) throws IOException {
    storage.tag(List.of(TagUpdate.set("docker.io/library/" + name, target)));
  }

  private List<Digest> collect() throws IOException {
    clock.advance(Duration.ofHours(1));
    CollectionReport wouldBe = store.collectDryRun(Duration.ZERO);
    CollectionReport report = store.collect(Duration.ZERO);
    assertThat(report.garbage()).isEqualTo(wouldBe.garbage());
    assertThat(report.bytes()).isEqualTo(wouldBe.bytes());
    return report.garbage();
  }

  @Test
  void keepsReferrersWhileTheirSubjectIsKept() throws IOException {
    tag("app:1", image.descriptor());
    put(MediaType.OCI_EMPTY_JSON, "{}");
    Descriptor text = put(MediaType.parse("text/plain"), "signed");
    ImageManifest signature =
        ImageManifest.of(Descriptor.EMPTY_JSON, List.of(text)).withSubject(image.descriptor());
    put(signature);
    ImageManifest countersignature =
        ImageManifest.of(Descriptor.EMPTY_JSON, List.of()).withSubject(signature.descriptor());
    put(countersignature);
    assertThat(collect()).isEmpty();
    store.untag("app:1");
    assertThat(collect())
        .contains(image.digest(), signature.digest(), countersignature.digest(), text.digest());
    assertThat(storage.blobs()).isEmpty();
  }

  @Test
  void takesContentOfUnknownTypesForLeaves() throws IOException {
    Descriptor odd = put(MediaType.parse("application/vnd.example.odd+json"), "{\"layers\":[]}");
    tag("odd:1", odd);
    IndexManifest index = IndexManifest.of(List.of(odd, image.descriptor()));
    storage.put(index.descriptor(), new ByteArrayInputStream(index.bytes()));
    tag("multi:1", index.descriptor());
    assertThat(collect()).isEmpty();
  }

  @Test
  void doesNotTakeTheSiblingsOfABrokenOrMissingManifest() throws IOException {
    Descriptor broken = put(MediaType.OCI_IMAGE_MANIFEST, "{\"config\":7}");
    Descriptor missing = Descriptor.of(MediaType.OCI_IMAGE_MANIFEST, Digest.sha256(new byte[1]), 1);
    IndexManifest index = IndexManifest.of(List.of(missing, broken, image.descriptor()));
    storage.put(index.descriptor(), new ByteArrayInputStream(index.bytes()));
    tag("multi:1", index.descriptor());
    assertThat(collect()).isEmpty();
    store.untag("multi:1");
    assertThat(collect()).contains(index.digest(), broken.digest(), image.digest());
  }

  @Test
  @SuppressWarnings("try") // The lease is held, not used.
  void keepsWhatALeaseHolds() throws IOException {
    try (Lease lease = storage.lease()) {
      Descriptor held = put(MediaType.OCTET_STREAM, "being copied");
      assertThat(collect()).isEmpty();
      assertThat(storage.exists(held)).isTrue();
    }
    assertThat(collect()).isNotEmpty();
  }
}
