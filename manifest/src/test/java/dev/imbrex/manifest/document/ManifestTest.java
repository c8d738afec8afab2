package dev.imbrex.manifest.document;

import static dev.imbrex.manifest.document.Fixtures.A;
import static dev.imbrex.manifest.document.Fixtures.ARTIFACT;
import static dev.imbrex.manifest.document.Fixtures.B;
import static dev.imbrex.manifest.document.Fixtures.C;
import static dev.imbrex.manifest.document.Fixtures.D;
import static dev.imbrex.manifest.document.Fixtures.DOCKER_LIST;
import static dev.imbrex.manifest.document.Fixtures.DOCKER_MANIFEST;
import static dev.imbrex.manifest.document.Fixtures.OCI_INDEX;
import static dev.imbrex.manifest.document.Fixtures.STRANGE_INDEX;
import static dev.imbrex.manifest.document.Fixtures.STRANGE_MANIFEST;
import static dev.imbrex.manifest.document.Fixtures.bytes;
import static dev.imbrex.manifest.document.Fixtures.image;
import static dev.imbrex.manifest.document.Fixtures.index;
import static dev.imbrex.manifest.document.Fixtures.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What documents say, and what stays when they are changed. */
class ManifestTest {
  private static final Descriptor OTHER = Descriptor.of(MediaType.OCI_LAYER, Digest.parse(D), 9);

  /** SN-D10, SN-M1, SN-M7, SN-M9, SN-M11. */
  @Nested
  class Reading {
    @ParameterizedTest
    @ValueSource(
        strings = {
          DOCKER_START + "config\":" + CONFIG + "}",
          "\n {\"schemaVersion\" : 2 , \"manifests\" : [ ] }\n",
        })
    void keepsTheBytes(String text) throws Exception {
      Manifest manifest = Manifest.parse(bytes(text), ParseContext.of("app:1"));
      assertThat(manifest.bytes()).isEqualTo(bytes(text));
      assertThat(manifest.size()).isEqualTo(bytes(text).length);
      assertThat(manifest.digest()).isEqualTo(Digest.sha256(bytes(text)));
      assertThat(manifest.descriptor()).isEqualTo(Descriptor.of(manifest.mediaType(), bytes(text)));
    }

    @Test
    void isNotChangedThroughItsBytes() throws Exception {
      byte[] given = bytes(ARTIFACT);
      Manifest manifest = Manifest.parse(given, ParseContext.of("app:1"));
      given[0] = 'x';
      manifest.bytes()[0] = 'x';
      assertThat(text(manifest)).isEqualTo(ARTIFACT);
    }

    @Test
    void readsADockerManifestWithALayerThatIsThereTwice() throws Exception {
      ImageManifest manifest = image(DOCKER_MANIFEST);
      assertThat(manifest.mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST);
      assertThat(manifest.config())
          .isEqualTo(Descriptor.of(MediaType.DOCKER_IMAGE_CONFIG, Digest.parse(A), 7023));
      assertThat(manifest.layers())
          .extracting(layer -> layer.digest().toString())
          .containsExactly(B, C, C);
      assertThat(manifest.layers().get(0).urls())
          .containsExactly("https://mcr.example/v2/windows/blobs/x");
      assertThat(manifest.layers().get(0).mediaType().isNondistributable()).isTrue();
      assertThat(manifest.references()).hasSize(4).first().isEqualTo(manifest.config());
      assertThat(manifest.hasImageConfig()).isTrue();
      assertThat(manifest.warnings()).isEmpty();
    }

    @Test
    void readsADockerList() throws Exception {
      IndexManifest list = index(DOCKER_LIST);
      assertThat(list.mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST_LIST);
      assertThat(list.manifests())
          .extracting(entry -> entry.platform().orElseThrow())
          .containsExactly(
              Platform.of("linux", "ppc64le"),
              new Platform("windows", "amd64", null, "10.0.20348.2227", List.of("win32k")));
      assertThat(list.references()).isEqualTo(list.manifests());
    }

    @Test
    void tellsAttestationsFromImages() throws Exception {
      IndexManifest index = index(OCI_INDEX);
      assertThat(index.manifests())
          .extracting(IndexManifest::isAttestation)
          .containsExactly(false, true);
      Descriptor attestation = index.manifests().get(1);
      assertThat(IndexManifest.isAttestation(attestation.withoutPlatform())).isFalse();
      assertThat(IndexManifest.isAttestation(attestation.withAnnotations(Map.of()))).isFalse();
      assertThat(
              IndexManifest.isAttestation(
                  attestation.withPlatform(Platform.of("linux", "unknown"))))
          .isFalse();
    }

    @Test
    void readsAnArtifact() throws Exception {
      ImageManifest artifact = image(ARTIFACT);
      assertThat(artifact.config()).isEqualTo(Descriptor.EMPTY_JSON);
      assertThat(artifact.subject()).map(Descriptor::size).contains(1609L);
      assertThat(artifact.artifactType())
          .map(MediaType::toString)
          .contains("application/vnd.example.sbom");
      assertThat(artifact.annotations())
          .containsExactly(Map.entry("org.opencontainers.image.created", "2024-02-29T12:00:00Z"));
      assertThat(artifact.hasImageConfig()).isFalse();
      assertThatThrownBy(artifact::requireImageConfig)
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining("manifest of app:1")
          .hasMessageContaining("application/vnd.oci.empty.v1+json");
      // The subject need not exist, so it is nothing that has to be copied first.
      assertThat(artifact.references()).hasSize(2).doesNotContain(artifact.subject().orElseThrow());
    }

    @Test
    void fallsBackToTheTypeOfTheConfigForTheKindOfArtifact() throws Exception {
      ImageManifest artifact = image(ARTIFACT);
      assertThat(artifact.effectiveArtifactType()).isEqualTo(artifact.artifactType());
      assertThat(artifact.withoutArtifactType().effectiveArtifactType())
          .contains(MediaType.OCI_EMPTY_JSON);
      IndexManifest index = index(OCI_INDEX);
      assertThat(index.effectiveArtifactType()).isEmpty();
      assertThat(index.withArtifactType(MediaType.OCTET_STREAM).effectiveArtifactType())
          .contains(MediaType.OCTET_STREAM);
    }

    @Test
    void carriesEntriesOfAnyType() throws Exception {
      assertThat(index(STRANGE_INDEX).manifests().get(0).mediaType())
          .hasToString("application/vnd.example.thing");
    }

    @Test
    void takesNullForAbsent() throws Exception {
      ImageManifest manifest =
          image(
              "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
                  + "\"artifactType\":null,\"subject\":null,\"annotations\":null,\"layers\":null,"
                  + "\"config\":{\"mediaType\":\"a/b\",\"digest\":\""
                  + A
                  + "\",\"size\":0,\"urls\":null,\"annotations\":null,\"data\":null,"
                  + "\"platform\":null,\"artifactType\":null}}");
      assertThat(manifest.layers()).isEmpty();
      assertThat(manifest.annotations()).isEmpty();
      assertThat(manifest.subject()).isEmpty();
      assertThat(manifest.artifactType()).isEmpty();
      assertThat(manifest.config().platform()).isEmpty();
      assertThat(manifest.withLayers(List.of())).isSameAs(manifest);
    }

    @Test
    void isWhatItsTypeSays() throws Exception {
      assertThatThrownBy(() -> image(OCI_INDEX))
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessage("manifest of app:1 is an index, not the manifest of one image");
      assertThatThrownBy(() -> index(ARTIFACT))
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessage("manifest of app:1 is the manifest of one image, not an index");
    }

    @Test
    void isEqualByTypeAndBytes() throws Exception {
      assertThat(image(ARTIFACT)).isEqualTo(image(ARTIFACT)).hasSameHashCodeAs(image(ARTIFACT));
      assertThat(image(ARTIFACT)).isNotEqualTo(image(ARTIFACT + " "));
    }

    private static final String DOCKER_START =
        "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.docker.distribution.manifest.v2+json\""
            + ",\"";
    private static final String CONFIG =
        "{\"mediaType\":\"a/b\",\"digest\":\"sha512x:ab\",\"size\":9223372036854775807}";
  }

  /** SN-D3, SN-D6, SN-M16. */
  @Nested
  class Verifying {
    private final ParseContext context = ParseContext.of("app:1");

    @Test
    void acceptsWhatTheDescriptorPromises() throws Exception {
      Descriptor descriptor = image(ARTIFACT).descriptor();
      Manifest manifest = Manifest.parse(bytes(ARTIFACT), context.withDescriptor(descriptor));
      assertThat(manifest.descriptor()).isEqualTo(descriptor);
    }

    @Test
    void refusesAnotherSizeAndAnotherDigest() throws Exception {
      Descriptor descriptor = image(ARTIFACT).descriptor();
      Descriptor larger = Descriptor.of(descriptor.mediaType(), descriptor.digest(), 9999);
      assertThatThrownBy(() -> Manifest.parse(bytes(ARTIFACT), context.withDescriptor(larger)))
          .isInstanceOf(DigestMismatchException.class)
          .hasMessageContaining("app:1")
          .hasMessageContaining("9999 bytes");
      assertThatThrownBy(() -> Manifest.parse(bytes(ARTIFACT), context.withDigest(Digest.parse(A))))
          .isInstanceOfSatisfying(
              DigestMismatchException.class,
              e -> {
                assertThat(e.expected()).isEqualTo(A);
                assertThat(e.actual()).isEqualTo(descriptor.digest().toString());
              })
          .hasMessageContaining("app:1");
    }

    @Test
    void refusesWhatIsNotPromisedBeforeItIsRead() {
      assertThatThrownBy(
              () -> Manifest.parse(bytes("no JSON"), context.withDigest(Digest.parse(A))))
          .isInstanceOf(DigestMismatchException.class);
    }

    @Test
    void verifiesAndNamesBySha512WhenAskedTo() throws Exception {
      Digest digest = Digest.of(DigestAlgorithm.SHA512, bytes(ARTIFACT));
      Manifest manifest = Manifest.parse(bytes(ARTIFACT), context.withDigest(digest));
      assertThat(manifest.digest()).isEqualTo(digest);
      Manifest edited = manifest.withoutSubject();
      assertThat(edited.digest()).isEqualTo(Digest.of(DigestAlgorithm.SHA512, edited.bytes()));
    }

    @Test
    void trustsNothingUnderAnUnknownAlgorithm() {
      assertThatThrownBy(
              () ->
                  Manifest.parse(
                      bytes(ARTIFACT), context.withDigest(Digest.parse("blake3:abcdef"))))
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining("app:1")
          .hasMessageContaining("blake3:abcdef");
    }

    @Test
    void namesTheDigestOnceIfTheReferenceHasIt() {
      assertThatThrownBy(
              () ->
                  Manifest.parse(
                      bytes("{}"), ParseContext.of("app@" + A).withDigest(Digest.parse(A))))
          .hasMessageStartingWith("manifest of app@" + A + ": expected");
    }

    @Test
    void limitsBytesEntriesDepthAndValues() {
      DocumentLimits limits = DocumentLimits.DEFAULT;
      assertLimit(ARTIFACT, limits.withManifestBytes(100), "manifestBytes", 100);
      assertLimit(DOCKER_MANIFEST, limits.withManifestEntries(2), "manifestEntries", 2);
      assertLimit(DOCKER_LIST, limits.withManifestEntries(1), "manifestEntries", 1);
      assertLimit(ARTIFACT, limits.withJsonDepth(2), "jsonDepth", 2);
      assertLimit(ARTIFACT, limits.withJsonValues(5), "jsonValues", 5);
    }

    @Test
    void readsFourMebibytesAndEightByDefaultAndNoMore() throws Exception {
      for (int size : new int[] {4 << 20, 8 << 20}) {
        String text = ARTIFACT + " ".repeat(size - ARTIFACT.length());
        assertThat(image(text).size()).isEqualTo(size);
      }
      String larger = ARTIFACT + " ".repeat((8 << 20) + 1 - ARTIFACT.length());
      assertLimit(larger, DocumentLimits.DEFAULT, "manifestBytes", 8 << 20);
    }

    @Test
    void readsTenThousandLayersByDefaultAndNoMore() throws Exception {
      List<Descriptor> layers = new ArrayList<>(Collections.nCopies(10_000, OTHER));
      String most = text(ImageManifest.of(Descriptor.EMPTY_JSON, layers));
      assertThat(image(most).layers()).hasSize(10_000);
      layers.add(OTHER);
      String more = text(ImageManifest.of(Descriptor.EMPTY_JSON, layers));
      assertLimit(more, DocumentLimits.DEFAULT, "manifestEntries", 10_000);
    }

    private void assertLimit(String text, DocumentLimits limits, String name, long allowed) {
      assertThatThrownBy(() -> Manifest.parse(bytes(text), context.withLimits(limits)))
          .isInstanceOfSatisfying(
              LimitExceededException.class,
              e -> {
                assertThat(e.limit()).isEqualTo(name);
                assertThat(e.allowed()).isEqualTo(allowed);
              })
          .hasMessageContaining("app:1");
    }
  }

  /** SN-D11, SN-D8. */
  @Nested
  class Creating {
    @Test
    void writesAnOciManifest() {
      Descriptor config = Descriptor.of(MediaType.OCI_IMAGE_CONFIG, Digest.parse(A), 7);
      Descriptor layer =
          OTHER.withAnnotation("b", "<2>").withAnnotation("a", "1").withUrls(List.of("https://x"));
      assertThat(text(ImageManifest.of(config, List.of(layer, layer))))
          .isEqualTo(
              """
              {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
              "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s",\
              "size":7},"layers":[LAYER,LAYER]}"""
                  .formatted(A)
                  .replace(
                      "LAYER",
                      "{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar\",\"digest\":\""
                          + D
                          + "\",\"size\":9,\"urls\":[\"https://x\"],"
                          + "\"annotations\":{\"b\":\"<2>\",\"a\":\"1\"}}"));
    }

    @Test
    void writesDockerDocumentsAndIndexes() throws Exception {
      assertThat(text(ImageManifest.ofDocker(OTHER, List.of())))
          .startsWith("{\"schemaVersion\":2,\"mediaType\":\"" + MediaType.DOCKER_MANIFEST + "\"")
          .endsWith(",\"layers\":[]}");
      assertThat(text(IndexManifest.of(List.of())))
          .isEqualTo(
              "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\","
                  + "\"manifests\":[]}");
      IndexManifest list = IndexManifest.ofDocker(List.of(OTHER));
      assertThat(index(text(list))).isEqualTo(list);
      assertThat(list.mediaType()).isEqualTo(MediaType.DOCKER_MANIFEST_LIST);
    }

    @Test
    void readsWhatItWrote() throws Exception {
      ImageManifest manifest =
          ImageManifest.of(Descriptor.EMPTY_JSON, List.of(OTHER))
              .withArtifactType(MediaType.OCTET_STREAM)
              .withSubject(OTHER)
              .withAnnotation("k", "v");
      assertThat(image(text(manifest))).isEqualTo(manifest);
      assertThat(text(manifest))
          .containsSubsequence(
              "schemaVersion",
              "mediaType",
              "artifactType",
              "config",
              "layers",
              "subject",
              "annotations\":{\"k");
    }
  }

  /** SN-D10, SN-M13. */
  @Nested
  class Changing {
    @Test
    void keepsAllElseInAStrangeManifest() throws Exception {
      ImageManifest manifest = image(STRANGE_MANIFEST);
      assertThat(text(manifest.withConfig(OTHER)))
          .isEqualTo(
              STRANGE_MANIFEST.replaceFirst(
                  "\"config\":\\{[^}]*}", "\"config\":" + OTHER.toJson()));
      assertThat(text(manifest.withAnnotation("z", "new")))
          .isEqualTo(STRANGE_MANIFEST.replace("\"z\":\"é\"", "\"z\":\"new\""));
      assertThat(text(manifest.withAnnotation("last", "new")))
          .isEqualTo(
              STRANGE_MANIFEST.replace("\"a\":\"\\u0000\"", "\"a\":\"\\u0000\",\"last\":\"new\""));
      assertThat(text(manifest.withoutAnnotation("z")))
          .isEqualTo(STRANGE_MANIFEST.replace("\"z\":\"é\",", ""));
      assertThat(text(manifest.withAnnotations(Map.of())))
          .isEqualTo(
              STRANGE_MANIFEST.replace("\"annotations\":{\"z\":\"é\",\"a\":\"\\u0000\"},", ""));
      assertThat(text(manifest.withSubject(OTHER)))
          .isEqualTo(
              STRANGE_MANIFEST.replace(
                  "\"annotations\":{\"z\":\"é\"",
                  "\"subject\":" + OTHER.toJson() + ",\"annotations\":{\"z\":\"é\""));
      assertThat(text(manifest.withArtifactType(MediaType.OCTET_STREAM)))
          .isEqualTo(
              STRANGE_MANIFEST.replace(
                  "\"config\":", "\"artifactType\":\"application/octet-stream\",\"config\":"));
    }

    @Test
    void keepsAllElseOfALayerInAnotherCompression() throws Exception {
      ImageManifest manifest = image(STRANGE_MANIFEST);
      Descriptor layer = manifest.layers().get(0);
      Descriptor zstd = layer.withContent(MediaType.OCI_LAYER_ZSTD, Digest.parse(C), 4);
      ImageManifest edited = manifest.withLayers(List.of(zstd));
      assertThat(text(edited))
          .isEqualTo(
              STRANGE_MANIFEST
                  .replace(B, C)
                  .replace("tar+gzip", "tar+zstd")
                  .replace("\"size\":3", "\"size\":4"));
      assertThat(edited.config()).isEqualTo(manifest.config());
    }

    @Test
    void keepsUntouchedEntriesOfAnIndex() throws Exception {
      IndexManifest index = index(STRANGE_INDEX);
      assertThat(text(index.append(OTHER)))
          .isEqualTo(STRANGE_INDEX.replace("v1+json\"}],", "v1+json\"}," + OTHER.toJson() + "],"));
      assertThat(text(index.replace(1, OTHER)))
          .isEqualTo(
              STRANGE_INDEX.replaceFirst("\\{\"platform.*v1\\+json\"}]", OTHER.toJson() + "]"));
      assertThat(text(index.remove(Digest.parse(A))))
          .isEqualTo(STRANGE_INDEX.replaceFirst("\\{\"mediaType\":\"[^}]*},", ""));
      assertThat(text(index.removeIf(entry -> entry.platform().isPresent())))
          .isEqualTo(STRANGE_INDEX.replaceFirst(",\\{\"platform.*v1\\+json\"}]", "]"));
      assertThat(index.remove(Digest.parse(D))).isSameAs(index);
    }

    @Test
    void keepsUnknownMembersOfAPlatform() throws Exception {
      IndexManifest index = index(STRANGE_INDEX);
      Descriptor entry = index.manifests().get(1);
      Platform v7 = new Platform("linux", "arm", "v7", "5", List.of("f"));
      assertThat(text(index.replace(1, entry.withPlatform(v7))))
          .isEqualTo(
              STRANGE_INDEX.replace(
                  "\"x-q\":{}}",
                  "\"x-q\":{},\"os.version\":\"5\",\"os.features\":[\"f\"],\"variant\":\"v7\"}"));
      assertThat(index.replace(1, entry.withPlatform(Platform.of("linux", "arm")))).isSameAs(index);
    }

    @Test
    void keepsTheBytesIfNothingChanges() throws Exception {
      ImageManifest manifest = image(DOCKER_MANIFEST);
      assertThat(manifest.withConfig(manifest.config())).isSameAs(manifest);
      assertThat(manifest.withLayers(manifest.layers())).isSameAs(manifest);
      assertThat(manifest.withoutSubject()).isSameAs(manifest);
      assertThat(manifest.withoutArtifactType()).isSameAs(manifest);
      assertThat(manifest.withoutAnnotation("none")).isSameAs(manifest);
      assertThat(manifest.withAnnotations(Map.of())).isSameAs(manifest);
      ImageManifest artifact = image(" " + ARTIFACT);
      assertThat(artifact.withSubject(artifact.subject().orElseThrow())).isSameAs(artifact);
      assertThat(artifact.withArtifactType(artifact.artifactType().orElseThrow()))
          .isSameAs(artifact);
      assertThat(artifact.withAnnotations(artifact.annotations())).isSameAs(artifact);
      IndexManifest index = index(OCI_INDEX);
      assertThat(index.withManifests(index.manifests())).isSameAs(index);
      assertThat(index.replace(0, index.manifests().get(0))).isSameAs(index);
    }

    @Test
    void takesTheOrderOfAnnotationsForAChange() throws Exception {
      Map<String, String> turned = new LinkedHashMap<>();
      turned.put("a", "\u0000");
      turned.put("z", "é");
      assertThat(text(image(STRANGE_MANIFEST).withAnnotations(turned)))
          .isEqualTo(
              STRANGE_MANIFEST.replace(
                  "{\"z\":\"é\",\"a\":\"\\u0000\"}", "{\"a\":\"\\u0000\",\"z\":\"é\"}"));
    }

    @Test
    void givesADockerDocumentNothingItsFormatHasNot() throws Exception {
      ImageManifest manifest = image(DOCKER_MANIFEST);
      assertThatThrownBy(() -> manifest.withAnnotation("k", "v"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("app:1");
      assertThatThrownBy(() -> manifest.withSubject(OTHER))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> manifest.withArtifactType(MediaType.OCTET_STREAM))
          .isInstanceOf(IllegalStateException.class);
      ImageManifest foreign =
          image(
              DOCKER_MANIFEST.replace(
                  "\"config\":", "\"annotations\":{\"a\":\"1\",\"b\":\"2\"},\"config\":"));
      assertThat(foreign.withoutAnnotation("a").annotations()).containsExactly(Map.entry("b", "2"));
    }

    @Test
    void forgetsTheWarningsOfTheOldDocument() throws Exception {
      Manifest guessed =
          Manifest.parse(bytes("{\"schemaVersion\":2,\"manifests\":[]}"), ParseContext.of("app:1"));
      assertThat(guessed.warnings()).hasSize(1);
      Manifest edited = guessed.requireIndex().append(OTHER);
      assertThat(edited.warnings()).isEmpty();
      assertThat(text(edited))
          .isEqualTo("{\"schemaVersion\":2,\"manifests\":[" + OTHER.toJson() + "]}");
    }
  }

  /** SN-M9. */
  @Nested
  class Flattening {
    private final Map<Digest, Manifest> stored = new HashMap<>();
    private final List<Digest> opened = new ArrayList<>();
    private final IndexManifest.ManifestSource source =
        descriptor -> {
          opened.add(descriptor.digest());
          return Objects.requireNonNull(stored.get(descriptor.digest()));
        };

    @Test
    void putsTheEntriesOfAnIndexInItsPlaceOnce() throws Exception {
      Descriptor inner = store(IndexManifest.of(List.of(entry(2), entry(3))));
      IndexManifest outer = IndexManifest.of(List.of(entry(1), inner, inner, entry(4), entry(1)));
      assertThat(outer.flattened(source, DocumentLimits.DEFAULT))
          .containsExactly(entry(1), entry(2), entry(3), entry(4), entry(1));
      assertThat(opened).containsExactly(inner.digest());
    }

    @Test
    void limitsDepth() throws Exception {
      IndexManifest index = IndexManifest.of(List.of(entry(1)));
      for (int depth = 2; depth <= 4; depth++) {
        index = IndexManifest.of(List.of(store(index)));
      }
      IndexManifest fourDeep = index;
      DocumentLimits limits = DocumentLimits.DEFAULT.withIndexDepth(4);
      assertThat(fourDeep.flattened(source, limits)).containsExactly(entry(1));
      IndexManifest fiveDeep = IndexManifest.of(List.of(store(fourDeep)));
      assertThatThrownBy(() -> fiveDeep.flattened(source, limits))
          .isInstanceOfSatisfying(
              LimitExceededException.class, e -> assertThat(e.limit()).isEqualTo("indexDepth"));
    }

    @Test
    void limitsTheEntriesOfAllTogether() throws Exception {
      Descriptor inner = store(IndexManifest.of(List.of(entry(1), entry(2))));
      IndexManifest outer = IndexManifest.of(List.of(inner, entry(3)));
      DocumentLimits limits = DocumentLimits.DEFAULT.withManifestEntries(3);
      assertThat(outer.flattened(source, limits)).hasSize(3);
      assertThatThrownBy(() -> outer.append(entry(4)).flattened(source, limits))
          .isInstanceOf(LimitExceededException.class);
    }

    @Test
    void refusesAnImageWhereAnIndexWasPromised() {
      ImageManifest image = ImageManifest.of(Descriptor.EMPTY_JSON, List.of());
      Descriptor liar = store(image).withMediaType(MediaType.OCI_IMAGE_INDEX);
      assertThatThrownBy(
              () -> IndexManifest.of(List.of(liar)).flattened(source, DocumentLimits.DEFAULT))
          .isInstanceOf(UnsupportedContentException.class);
    }

    private Descriptor store(Manifest manifest) {
      stored.put(manifest.digest(), manifest);
      return manifest.descriptor();
    }

    private Descriptor entry(int size) {
      return Descriptor.of(MediaType.OCI_IMAGE_MANIFEST, Digest.parse(A), size);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 33, 0, -1})
  void limitsOfIndexDepthHaveARange(int depth) {
    assertThatThrownBy(() -> DocumentLimits.DEFAULT.withIndexDepth(depth))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("indexDepth");
  }

  @Test
  void otherLimitsArePositive() {
    DocumentLimits limits = DocumentLimits.DEFAULT;
    assertThatThrownBy(() -> limits.withManifestBytes(0)).hasMessageContaining("manifestBytes");
    assertThatThrownBy(() -> limits.withConfigBytes(0)).hasMessageContaining("configBytes");
    assertThatThrownBy(() -> limits.withManifestEntries(0)).hasMessageContaining("manifestEntries");
    assertThatThrownBy(() -> limits.withJsonDepth(501)).hasMessageContaining("jsonDepth");
    assertThatThrownBy(() -> limits.withJsonValues(0)).hasMessageContaining("jsonValues");
  }
}
