package dev.imbrex.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageIndexBuilder;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.AmbiguousNameException;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.NoMatchingPlatformException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.platform.PlatformMatcher;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.testing.ImbrexExtension;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** SN-M9, SN-M10, SN-P11, SN-P14, SN-P15, SN-S10. */
class ImageIndexTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final Platform ARM_V7 = Platform.of("linux", "arm", "v7");
  private static final Platform ARM64 = Platform.of("linux", "arm64");

  @RegisterExtension private final ImbrexExtension imbrex = new ImbrexExtension();

  private final ImageStore store = imbrex.store();

  private Image image(Platform platform) throws IOException {
    return ImageBuilder.scratch(store, platform)
        .layer(layer -> layer.file("/platform", platform.toString()))
        .build();
  }

  private ImageIndex put(List<Descriptor> entries) throws IOException {
    IndexManifest document = IndexManifest.of(entries);
    store.storage().put(document.descriptor(), new ByteArrayInputStream(document.bytes()));
    return store.requireIndex(document.descriptor());
  }

  @Test
  void givesTheImageForAPlatform() throws IOException {
    Image amd = image(AMD64);
    Image arm = image(ARM_V7);
    ImageIndex index = ImageIndexBuilder.in(store).add(amd).add(arm).annotation("a", "b").build();
    store.tag("app:1", index);
    assertThat(store.requireIndex("app:1")).isEqualTo(index);
    assertThat(index.platforms()).containsExactly(AMD64, ARM_V7);
    assertThat(index.images()).containsExactly(amd, arm);
    assertThat(index.manifest().annotations()).containsEntry("a", "b");
    assertThat(store.require("app:1", PlatformMatcher.only(AMD64))).isEqualTo(amd);
    // arm64 falls back to arm v7, where nothing better is there (SN-P9).
    assertThat(store.require("app:1", PlatformMatcher.only(ARM64))).isEqualTo(arm);
    assertThat(index.find(PlatformMatcher.strict(ARM64))).isEmpty();
    assertThatThrownBy(() -> store.require("app:1", PlatformMatcher.strict(ARM64)))
        .isInstanceOf(NoMatchingPlatformException.class)
        .hasMessageContaining("linux/arm64")
        .hasMessageContaining("linux/amd64, linux/arm/v7");
    assertThatThrownBy(() -> store.require("app:1"))
        .isInstanceOf(AmbiguousNameException.class)
        .hasMessageContaining("linux/amd64");
  }

  @Test
  void isAnImageWhereItHoldsButOne() throws IOException {
    Image amd = image(AMD64);
    Descriptor attestation =
        Descriptor.of(MediaType.OCI_IMAGE_MANIFEST, "{}".getBytes(UTF_8))
            .withPlatform(Platform.of("unknown", "unknown"))
            .withAnnotation("vnd.docker.reference.type", "attestation-manifest");
    ImageIndex index = put(List.of(attestation, amd.descriptor().withPlatform(AMD64)));
    store.tag("app:1", index);
    assertThat(store.require("app:1")).isEqualTo(amd);
    assertThat(index.candidates()).hasSize(1);
  }

  @Test
  void looksIntoIndexesInside() throws IOException {
    Image amd = image(AMD64);
    Image arm = image(ARM64);
    ImageIndex inner = put(List.of(arm.descriptor()));
    ImageIndex outer = put(List.of(amd.descriptor().withPlatform(AMD64), inner.descriptor()));
    // The inner entry names no platform: its config does (SN-M9).
    assertThat(outer.platforms()).containsExactly(AMD64, ARM64);
    assertThat(outer.require(PlatformMatcher.only(ARM64))).isEqualTo(arm);
  }

  @Test
  void decidesOverWhatTheConfigSays() throws IOException {
    Image amd = image(AMD64);
    ImageIndex index = ImageIndexBuilder.in(store).add(amd, ARM64).build();
    assertThat(index.require(PlatformMatcher.strict(ARM64))).isEqualTo(amd);
    assertThat(index.find(PlatformMatcher.strict(AMD64))).isEmpty();
  }

  @Test
  void mayMissSomeOfItsImages() throws IOException {
    Image amd = image(AMD64);
    Descriptor missing =
        Descriptor.of(MediaType.OCI_IMAGE_MANIFEST, Digest.sha256(new byte[1]), 500)
            .withPlatform(ARM64);
    Descriptor missingIndex =
        Descriptor.of(MediaType.OCI_IMAGE_INDEX, Digest.sha256(new byte[2]), 500);
    ImageIndex index = put(List.of(amd.descriptor().withPlatform(AMD64), missing, missingIndex));
    assertThat(index.images()).containsExactly(amd);
    assertThatThrownBy(() -> index.require(PlatformMatcher.only(ARM64)))
        .isInstanceOf(ContentNotFoundException.class)
        .hasMessageContaining(missing.digest().toString());
    try (ImageStore other = ImageStore.on(new MemoryStorage())) {
      ImageIndex copied = other.add(index);
      assertThat(copied.digest()).isEqualTo(index.digest());
      assertThat(copied.images()).containsExactly(amd);
    }
  }

  @Test
  void keepsItsImagesFromCollection() throws IOException {
    Image amd = image(AMD64);
    store.tag("app:1", ImageIndexBuilder.in(store).add(amd).build());
    store.collect(Duration.ZERO);
    amd.verify();
    assertThat(store.dangling()).isEmpty();
    assertThat(store.findIndex("nothing")).isEqualTo(Optional.empty());
  }

  @Test
  void isNoImageAndAnArtifactIsNeither() throws IOException {
    Image amd = image(AMD64);
    store.tag("image", amd);
    assertThatThrownBy(() -> store.requireIndex("image"))
        .isInstanceOf(UnsupportedContentException.class);
    Descriptor text = Descriptor.of(MediaType.parse("text/plain"), "hello".getBytes(UTF_8));
    store.storage().put(text, new ByteArrayInputStream("hello".getBytes(UTF_8)));
    store.tag(TagUpdate.set("text", text));
    assertThatThrownBy(() -> store.require("text"))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("found, but it is no image");
  }
}
