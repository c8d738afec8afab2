package dev.imbrex.manifest.document;

import static dev.imbrex.manifest.document.Fixtures.A;
import static dev.imbrex.manifest.document.Fixtures.ARTIFACT;
import static dev.imbrex.manifest.document.Fixtures.B;
import static dev.imbrex.manifest.document.Fixtures.C;
import static dev.imbrex.manifest.document.Fixtures.DOCKER_LIST;
import static dev.imbrex.manifest.document.Fixtures.DOCKER_MANIFEST;
import static dev.imbrex.manifest.document.Fixtures.OCI_INDEX;
import static dev.imbrex.manifest.document.Fixtures.STRANGE_MANIFEST;
import static dev.imbrex.manifest.document.Fixtures.image;
import static dev.imbrex.manifest.document.Fixtures.index;
import static dev.imbrex.manifest.document.Fixtures.text;
import static dev.imbrex.manifest.document.ManifestConversion.Losses.DROP;
import static dev.imbrex.manifest.document.ManifestConversion.Losses.REFUSE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SN-M12. */
class ManifestConversionTest {
  private static final Descriptor CONFIG =
      Descriptor.of(MediaType.OCI_IMAGE_CONFIG, Digest.parse(A), 7);
  private static final Descriptor LAYER =
      Descriptor.of(MediaType.OCI_LAYER_GZIP, Digest.parse(B), 9);

  @ParameterizedTest
  @CsvSource({
    "application/vnd.oci.image.layer.v1.tar, application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.oci.image.layer.v1.tar+gzip, application/vnd.docker.image.rootfs.diff.tar.gzip",
    "application/vnd.oci.image.layer.nondistributable.v1.tar,"
        + " application/vnd.docker.image.rootfs.foreign.diff.tar",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip,"
        + " application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
  })
  void changesTheTypesOfLayersThereAndBack(String oci, String docker) throws Exception {
    Descriptor layer = LAYER.withMediaType(MediaType.parse(oci));
    ImageManifest original = ImageManifest.of(CONFIG, List.of(layer, layer));
    ImageManifest converted = ManifestConversion.toDocker(original, REFUSE);
    assertThat(text(converted))
        .isEqualTo(
            text(original)
                .replace(oci, docker)
                .replace(
                    "application/vnd.oci.image.manifest.v1+json",
                    "application/vnd.docker.distribution.manifest.v2+json")
                .replace(
                    "application/vnd.oci.image.config.v1+json",
                    "application/vnd.docker.container.image.v1+json"));
    assertThat(converted.mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST);
    assertThat(converted.config().hasSameContentAs(CONFIG)).isTrue();
    assertThat(ManifestConversion.toOci(converted)).isEqualTo(original);
  }

  @Test
  void changesOnlyTypesOfADockerManifest() throws Exception {
    ImageManifest docker = image(DOCKER_MANIFEST);
    ImageManifest oci = ManifestConversion.toOci(docker);
    assertThat(text(oci))
        .isEqualTo(
            DOCKER_MANIFEST
                .replaceAll("\\s", "")
                .replace(
                    "application/vnd.docker.distribution.manifest.v2+json",
                    "application/vnd.oci.image.manifest.v1+json")
                .replace(
                    "application/vnd.docker.container.image.v1+json",
                    "application/vnd.oci.image.config.v1+json")
                .replace(
                    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip",
                    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip")
                .replace(
                    "application/vnd.docker.image.rootfs.diff.tar.gzip",
                    "application/vnd.oci.image.layer.v1.tar+gzip"));
    assertThat(text(ManifestConversion.toDocker(oci, REFUSE)))
        .isEqualTo(DOCKER_MANIFEST.replaceAll("\\s", ""));
  }

  @Test
  void returnsWhatIsAlreadyAsWanted() throws Exception {
    ImageManifest docker = image(DOCKER_MANIFEST);
    assertThat(ManifestConversion.toDocker(docker, REFUSE)).isSameAs(docker);
    ImageManifest artifact = image(ARTIFACT);
    assertThat(ManifestConversion.toOci(artifact)).isSameAs(artifact);
    IndexManifest index = index(OCI_INDEX);
    assertThat(ManifestConversion.toOci(index, Map.of())).isSameAs(index);
    IndexManifest list = index(DOCKER_LIST);
    assertThat(ManifestConversion.toDocker(list, Map.of(), REFUSE)).isSameAs(list);
  }

  @Test
  void repairsADocumentOfMixedTypes() throws Exception {
    ImageManifest mixed =
        ImageManifest.of(CONFIG, List.of(LAYER.withMediaType(MediaType.DOCKER_LAYER_GZIP)));
    assertThat(ManifestConversion.toOci(mixed).layers()).containsExactly(LAYER);
  }

  @Test
  void keepsTypesThatAreNoImages() throws Exception {
    Descriptor plugin =
        Descriptor.of(MediaType.parse("application/vnd.docker.plugin.v1+json"), Digest.parse(A), 1);
    ImageManifest docker = ImageManifest.ofDocker(plugin, List.of(LAYER));
    ImageManifest oci = ManifestConversion.toOci(docker);
    assertThat(oci.mediaType()).isEqualTo(MediaType.OCI_IMAGE_MANIFEST);
    assertThat(oci.config()).isEqualTo(plugin);
  }

  @Test
  void readsDockerZstdLayersAndTurnsThemIntoOciOnes() {
    Descriptor zstd = LAYER.withMediaType(MediaType.DOCKER_LAYER_ZSTD);
    ImageManifest oci = ManifestConversion.toOci(ImageManifest.ofDocker(CONFIG, List.of(zstd)));
    assertThat(oci.layers()).containsExactly(LAYER.withMediaType(MediaType.OCI_LAYER_ZSTD));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.oci.image.layer.v1.tar+zstd",
        "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd",
        "application/vnd.docker.image.rootfs.diff.tar.zstd",
        "application/vnd.in-toto+json",
        "application/octet-stream",
      })
  void refusesLayersThatDockerHasNoWordFor(String mediaType) {
    ImageManifest manifest =
        ImageManifest.of(CONFIG, List.of(LAYER, LAYER.withMediaType(MediaType.parse(mediaType))));
    assertThatThrownBy(() -> ManifestConversion.toDocker(manifest, DROP))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("/layers/1")
        .hasMessageContaining(mediaType);
  }

  @Test
  void refusesConfigsOfNoImageForDocker() throws Exception {
    ImageManifest artifact = image(ARTIFACT);
    assertThatThrownBy(() -> ManifestConversion.toDocker(artifact, DROP))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("app:1")
        .hasMessageContaining("/config")
        .hasMessageContaining("application/vnd.oci.empty.v1+json");
  }

  @Test
  void refusesOrDropsWhatDockerHasNoPlaceFor() throws Exception {
    Descriptor layer =
        Descriptor.of(MediaType.OCI_LAYER, new byte[] {1})
            .withUrls(List.of("https://x"))
            .withAnnotation("k", "v")
            .withEmbeddedContent(new byte[] {1})
            .withArtifactType(MediaType.OCTET_STREAM);
    ImageManifest manifest =
        ImageManifest.of(CONFIG, List.of(LAYER, layer))
            .withAnnotation("k", "v")
            .withSubject(LAYER)
            .withArtifactType(MediaType.OCTET_STREAM);
    assertThatThrownBy(() -> ManifestConversion.toDocker(manifest, REFUSE))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageEndingWith(
            "without losing /annotations, /subject, /artifactType, /layers/1/annotations,"
                + " /layers/1/data, /layers/1/artifactType");
    ImageManifest docker = ManifestConversion.toDocker(manifest, DROP);
    assertThat(docker)
        .isEqualTo(
            ManifestConversion.toDocker(
                ImageManifest.of(
                    CONFIG,
                    List.of(
                        LAYER,
                        Descriptor.of(MediaType.OCI_LAYER, new byte[] {1})
                            .withUrls(List.of("https://x")))),
                REFUSE));
  }

  @Test
  void keepsUnknownMembers() throws Exception {
    ImageManifest docker = ManifestConversion.toDocker(image(STRANGE_MANIFEST), DROP);
    assertThat(text(docker))
        .isEqualTo(
            STRANGE_MANIFEST
                .replace(",\"annotations\":{\"z\":\"é\",\"a\":\"\\u0000\"}", "")
                .replace(",\"annotations\":{\"z\":\"1\",\"a\":\"2\"}", "")
                .replace(MediaType.OCI_IMAGE_MANIFEST.toString(), MediaType.DOCKER_MANIFEST + "")
                .replace(MediaType.OCI_IMAGE_CONFIG.toString(), MediaType.DOCKER_IMAGE_CONFIG + "")
                .replace(MediaType.OCI_LAYER_GZIP.toString(), MediaType.DOCKER_LAYER_GZIP + ""));
  }

  @Test
  void statesTheTypeWhereItWasOnlyImplied() throws Exception {
    ImageManifest untyped = image("{\"schemaVersion\":2,\"config\":" + CONFIG.toJson() + "}");
    ImageManifest docker = ManifestConversion.toDocker(untyped, REFUSE);
    assertThat(text(docker))
        .startsWith("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.DOCKER_MANIFEST + "\",")
        .doesNotContain("layers");
  }

  @Test
  void convertsAnIndexOfConvertedManifests() throws Exception {
    ImageManifest first = ImageManifest.ofDocker(CONFIG, List.of());
    ImageManifest second = ImageManifest.ofDocker(CONFIG, List.of(LAYER));
    ImageManifest newFirst = ManifestConversion.toOci(first);
    ImageManifest newSecond = ManifestConversion.toOci(second);
    IndexManifest list =
        index(DOCKER_LIST).replace(0, entry(0, first)).replace(1, entry(1, second));
    IndexManifest oci =
        ManifestConversion.toOci(
            list, Map.of(first.digest(), newFirst, second.digest(), newSecond));
    assertThat(oci.mediaType()).isEqualTo(MediaType.OCI_IMAGE_INDEX);
    assertThat(text(oci)).contains("\"features\":[\"sse4\"]");
    assertThat(oci.manifests().get(0).hasSameContentAs(newFirst.descriptor())).isTrue();
    assertThat(oci.manifests().get(1).platform()).isEqualTo(list.manifests().get(1).platform());
    IndexManifest back =
        ManifestConversion.toDocker(
            oci, Map.of(newFirst.digest(), first, newSecond.digest(), second), REFUSE);
    assertThat(back).isEqualTo(list);
  }

  @Test
  void demandsAReplacementOfTheRightFormat() throws Exception {
    IndexManifest list = index(DOCKER_LIST);
    assertThatThrownBy(() -> ManifestConversion.toOci(list, Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/manifests/0");
    Map<Digest, Manifest> wrong =
        Map.of(
            Digest.parse(A), ImageManifest.ofDocker(CONFIG, List.of()),
            Digest.parse(B), ImageManifest.of(CONFIG, List.of()));
    assertThatThrownBy(() -> ManifestConversion.toOci(list, wrong))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/manifests/0");
  }

  @Test
  void refusesEntriesAndMembersThatAListHasNoPlaceFor() throws Exception {
    Manifest docker = ImageManifest.ofDocker(CONFIG, List.of());
    IndexManifest index = index(OCI_INDEX);
    Map<Digest, Manifest> both = Map.of(Digest.parse(A), docker, Digest.parse(B), docker);
    assertThatThrownBy(() -> ManifestConversion.toDocker(index, both, REFUSE))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("app:1")
        .hasMessageContaining("/manifests/1/annotations");
    assertThat(ManifestConversion.toDocker(index, both, DROP).manifests().get(1).annotations())
        .isEmpty();
    IndexManifest strange =
        IndexManifest.of(List.of(Descriptor.of(MediaType.OCTET_STREAM, Digest.parse(C), 1)));
    assertThatThrownBy(() -> ManifestConversion.toDocker(strange, Map.of(), DROP))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("/manifests/0");
  }

  private static Descriptor entry(int position, ImageManifest manifest) throws Exception {
    return index(DOCKER_LIST)
        .manifests()
        .get(position)
        .withContent(manifest.mediaType(), manifest.digest(), manifest.size());
  }
}
