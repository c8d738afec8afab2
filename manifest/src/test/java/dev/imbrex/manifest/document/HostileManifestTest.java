package dev.imbrex.manifest.document;

import static dev.imbrex.manifest.document.Fixtures.ARTIFACT;
import static dev.imbrex.manifest.document.Fixtures.DOCKER_LIST;
import static dev.imbrex.manifest.document.Fixtures.DOCKER_MANIFEST;
import static dev.imbrex.manifest.document.Fixtures.OCI_INDEX;
import static dev.imbrex.manifest.document.Fixtures.STRANGE_INDEX;
import static dev.imbrex.manifest.document.Fixtures.STRANGE_MANIFEST;
import static dev.imbrex.manifest.document.Fixtures.bytes;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.platform.Platform;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Documents that are broken, by accident or on purpose: LC-C21, LC-C39, SN-D12, SN-M4 to SN-M6. */
class HostileManifestTest {
  private static final String DIGEST = "sha256:" + "0123456789abcdef".repeat(4);
  private static final String LONG = "k".repeat(5000);

  private static final String MANIFEST =
      """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",\
      "config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"%s","size":7},\
      "layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"%s","size":9}],\
      "subject":{"mediaType":"a/b","digest":"%s","size":1},"annotations":{"k":"v"}}"""
          .formatted(DIGEST, DIGEST, DIGEST);

  private static final String INDEX =
      """
      {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",\
      "manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"%s",\
      "size":7,"platform":{"os":"linux","architecture":"arm","variant":"v7",\
      "os.version":"1","os.features":["f"]},"urls":["u"],"annotations":{"k":"v"},"data":"e30=",\
      "artifactType":"a/b"}]}"""
          .formatted(DIGEST);

  /** A document, each byte a character, and the refusal it meets. */
  record Case(String latin1, Class<? extends ImageException> refusal, String where) {
    static Case of(byte[] document, Class<? extends ImageException> refusal, String where) {
      return new Case(new String(document, ISO_8859_1), refusal, where);
    }

    byte[] document() {
      return latin1.getBytes(ISO_8859_1);
    }

    @Override
    public String toString() {
      return where + " in " + latin1.substring(0, Math.min(60, latin1.length()));
    }
  }

  static Stream<Case> cases() {
    List<Case> cases = new ArrayList<>();
    syntax(cases);
    duplicates(cases);
    letterCase(cases);
    members(cases);
    descriptors(cases);
    entries(cases);
    return cases.stream();
  }

  private static void syntax(List<Case> cases) {
    malformed(cases, "", "");
    malformed(cases, "null", "");
    malformed(cases, "[" + MANIFEST + "]", "");
    malformed(cases, "\"" + DIGEST + "\"", "");
    malformed(cases, MANIFEST + MANIFEST, "byte " + MANIFEST.length());
    malformed(cases, MANIFEST + "]", "byte " + MANIFEST.length());
    malformed(cases, MANIFEST + "\n{}", "byte " + MANIFEST.length());
    malformed(cases, MANIFEST + "\u0000", "byte " + MANIFEST.length());
    malformed(cases, MANIFEST + "//", "byte " + MANIFEST.length());
    malformed(cases, "\uFEFF" + MANIFEST, "byte 0");
    malformed(cases, MANIFEST.substring(0, MANIFEST.length() - 1), "byte *");
    malformed(cases, MANIFEST.substring(0, 100), "byte *");
    malformed(cases, MANIFEST.replace("\"schemaVersion\":2", "\"schemaVersion\":02"), "byte *");
    malformed(cases, MANIFEST.replace("\"v\"", "'v'"), "byte *");
    malformed(cases, MANIFEST.replace("\"v\"", "\"\n\""), "byte *");
    malformed(cases, MANIFEST.replace("\"v\"", "\"\\q\""), "byte *");
    malformed(cases, MANIFEST.replace("\"v\"}}", "\"v\",}}"), "byte *");
    malformed(cases, MANIFEST.replace("\"v\"", "NaN"), "byte *");
    malformed(cases, MANIFEST.replace("\"v\"", "/* */\"v\""), "byte *");
    malformed(cases, "<html>404 Not Found</html>", "byte *");
    cases.add(malformed(MANIFEST.getBytes(UTF_16LE), "byte *"));
    byte[] bytes = MANIFEST.replace("\"v\"", "\"\u00ff\"").getBytes(ISO_8859_1);
    cases.add(malformed(bytes, "byte " + (MANIFEST.indexOf("\"v\"") + 1)));
    limit(cases, MANIFEST.replace("\"v\"", "[".repeat(70) + "]".repeat(70)), "jsonDepth");
    limit(cases, "{\"a\":".repeat(100_000), "jsonDepth");
    limit(cases, "{\"a\":[" + "0,".repeat(1_000_001) + "0]}", "jsonValues");
    limit(cases, MANIFEST + " ".repeat(8 << 20), "manifestBytes");
  }

  private static void duplicates(List<Case> cases) {
    malformed(cases, repeated(MANIFEST, "schemaVersion", "2"), "/schemaVersion");
    malformed(cases, repeated(MANIFEST, "mediaType", "\"a/b\""), "/mediaType");
    malformed(cases, repeated(MANIFEST, "config", "{}"), "/config");
    malformed(cases, repeated(MANIFEST, "layers", "[]"), "/layers");
    malformed(cases, repeated(INDEX, "manifests", "[]"), "/manifests");
    malformed(cases, repeated(MANIFEST, "l\\u0061yers", "[]"), "/layers");
    malformed(cases, repeated(MANIFEST, "annotations", "{}"), "/annotations");
    malformed(cases, MANIFEST.replace("\"size\":7", "\"size\":7,\"size\":8"), "/config/size");
    malformed(
        cases,
        MANIFEST.replace("\"size\":9", "\"size\":9,\"digest\":\"" + DIGEST + "\""),
        "/layers/0/digest");
    malformed(cases, MANIFEST.replace("\"k\":", "\"k\":\"w\",\"k\":"), "/annotations/k");
    malformed(cases, MANIFEST.replace("\"k\":", "\"a/~\":0,\"a/~\":"), "/annotations/a~1~0");
    malformed(
        cases, MANIFEST.replace("\"v\"", "{\"x\":[{\"y\":1,\"y\":1}]}"), "/annotations/k/x/0/y");
  }

  private static void letterCase(List<Case> cases) {
    malformed(cases, repeated(MANIFEST, "Layers", "[]"), "/Layers");
    malformed(cases, repeated(MANIFEST, "MANIFESTS", "[]"), "/MANIFESTS");
    malformed(cases, repeated(INDEX, "Config", "{}"), "/Config");
    malformed(cases, repeated(MANIFEST, "mediatype", "\"a/b\""), "/mediatype");
    malformed(cases, MANIFEST.replace("\"layers\"", "\"Layers\""), "/Layers");
    malformed(cases, MANIFEST.replace("\"schemaVersion\"", "\"schemaversion\""), "/schemaversion");
    malformed(
        cases, MANIFEST.replace("\"size\":7", "\"size\":7,\"Digest\":\"x\""), "/config/Digest");
    malformed(
        cases, MANIFEST.replace("\"size\":9", "\"size\":9,\"\u017fize\":1"), "/layers/0/\u017fize");
    malformed(cases, INDEX.replace("\"os\":", "\"OS\":"), "/manifests/0/platform/OS");
  }

  private static void members(List<Case> cases) {
    malformed(cases, "{}", "/schemaVersion");
    malformed(cases, MANIFEST.replace("\"schemaVersion\":2", "\"x\":2"), "/schemaVersion");
    for (String version : List.of("0", "3", "-2", "2.0", "2e0", "\"2\"", "null", "true", "[2]")) {
      String text = MANIFEST.replace("\"schemaVersion\":2", "\"schemaVersion\":" + version);
      malformed(cases, text, "/schemaVersion");
    }
    malformed(cases, repeated(MANIFEST, "manifests", "[]"), "/config");
    malformed(cases, repeated(MANIFEST, "manifests", "null"), "/config");
    malformed(cases, repeated(INDEX, "config", "null"), "/config");
    malformed(cases, repeated(INDEX, "layers", "[]"), "/layers");
    malformed(cases, repeated(MANIFEST, "fsLayers", "[]"), "/fsLayers");
    malformed(cases, MANIFEST.replace("\"config\":", "\"x\":"), "/config");
    malformed(cases, MANIFEST.replaceFirst("\"config\":\\{[^}]*}", "\"config\":null"), "/config");
    malformed(cases, MANIFEST.replaceFirst("\"config\":\\{[^}]*}", "\"config\":[]"), "/config");
    malformed(cases, MANIFEST.replaceFirst("\"layers\":\\[[^]]*]", "\"layers\":{}"), "/layers");
    malformed(cases, MANIFEST.replaceFirst("\"layers\":\\[[^]]*]", "\"layers\":\"\""), "/layers");
    malformed(cases, MANIFEST.replaceFirst("\"layers\":\\[", "\"layers\":[null,"), "/layers/0");
    malformed(cases, MANIFEST.replaceFirst("}],", "},7],"), "/layers/1");
    malformed(cases, MANIFEST.replaceFirst("\"subject\":\\{[^}]*}", "\"subject\":1"), "/subject");
    malformed(
        cases,
        MANIFEST.replaceFirst("\"subject\":\\{[^}]*}", "\"subject\":{}"),
        "/subject/mediaType");
    malformed(cases, MANIFEST.replace("{\"k\":\"v\"}", "[]"), "/annotations");
    malformed(cases, MANIFEST.replace("\"v\"", "1"), "/annotations/k");
    malformed(cases, MANIFEST.replace("\"v\"", "null"), "/annotations/k");
    malformed(cases, repeated(MANIFEST, "artifactType", "1"), "/artifactType");
    malformed(cases, repeated(MANIFEST, "artifactType", "\"no type\""), "/artifactType");
    malformed(cases, repeated(MANIFEST, "artifactType", "\"\""), "/artifactType");
    malformed(cases, INDEX.replace("\"manifests\":", "\"x\":"), "/manifests");
    malformed(cases, INDEX.replace("\"manifests\":[", "\"manifests\":[[],"), "/manifests/0");
    malformed(cases, INDEX.replaceFirst("\\[\\{.*}]}$", "{}}"), "/manifests");
    String mediaType = "\"application/vnd.oci.image.manifest.v1+json\",\"config\"";
    for (String wrong : List.of("1", "\"\"", "\"oci\"", "\"a/b;c=d\"", "{}", "\"a/b\\n\"")) {
      malformed(cases, MANIFEST.replace(mediaType, wrong + ",\"config\""), "/mediaType");
    }
    unsupported(cases, MANIFEST.replace(mediaType, "\"application/json\",\"config\""));
    unsupported(
        cases,
        MANIFEST.replace(mediaType, "\"application/vnd.oci.image.Manifest.v1+json\",\"config\""));
    unsupported(cases, "{\"schemaVersion\":1}");
    unsupported(cases, "{\"fsLayers\":[],\"history\":[]}");
  }

  private static void descriptors(List<Case> cases) {
    String digest = "\"digest\":\"" + DIGEST + "\",\"size\":9";
    String where = "/layers/0/digest";
    for (String wrong :
        List.of(
            "null",
            "1",
            "\"\"",
            "\":\"",
            "\"sha256\"",
            "\"sha256:\"",
            "\"sha256:abc\"",
            "\"" + DIGEST + "0\"",
            "\"" + DIGEST.toUpperCase(Locale.ROOT) + "\"",
            "\"sha256:" + "A".repeat(64) + "\"",
            "\"sha256:" + "g".repeat(64) + "\"",
            "\"sha256:../../etc/passwd\"",
            "\"../..:a\"",
            "\"sha256:" + "a".repeat(63) + "\\n\"",
            "\" " + DIGEST + "\"",
            "\"sha512:" + "a".repeat(64) + "\"",
            "\"" + LONG + "\"")) {
      malformed(cases, MANIFEST.replace(digest, "\"digest\":" + wrong + ",\"size\":9"), where);
    }
    malformed(cases, MANIFEST.replace(digest, "\"size\":9"), where);
    for (String wrong :
        List.of(
            "-1",
            "9.0",
            "1e2",
            "9223372036854775808",
            "1" + "0".repeat(400),
            "\"9\"",
            "null",
            "true",
            "{}",
            "-9223372036854775808",
            "0.9")) {
      malformed(cases, MANIFEST.replace("\"size\":9", "\"size\":" + wrong), "/layers/0/size");
    }
    malformed(cases, MANIFEST.replace(",\"size\":9", ""), "/layers/0/size");
    String type = "\"application/vnd.oci.image.config.v1+json\"";
    for (String wrong : List.of("1", "null", "\"\"", "\"json\"", "\"a/b/c\"", "\"a/\\u0000\"")) {
      malformed(cases, MANIFEST.replace(type, wrong), "/config/mediaType");
    }
    malformed(cases, MANIFEST.replace("\"mediaType\":" + type + ",", ""), "/config/mediaType");
  }

  private static void entries(List<Case> cases) {
    String at = "/manifests/0/";
    malformed(cases, INDEX.replace("[\"u\"]", "\"u\""), at + "urls");
    malformed(cases, INDEX.replace("[\"u\"]", "[\"u\",1]"), at + "urls/1");
    malformed(cases, INDEX.replace("[\"u\"]", "[null]"), at + "urls/0");
    malformed(cases, INDEX.replace("{\"k\":\"v\"}", "{\"k\":{}}"), at + "annotations/k");
    malformed(
        cases,
        INDEX.replace("{\"k\":\"v\"}", "{\"k\":\"v\",\"" + LONG + "\":1}"),
        at + "annotations/" + LONG.substring(0, 100) + "…");
    malformed(
        cases,
        INDEX.replace("{\"k\":\"v\"}", "{\"\\u001b[31m\":1}"),
        at + "annotations/\\u001b[31m");
    malformed(cases, INDEX.replace("\"e30=\"", "7"), at + "data");
    malformed(cases, INDEX.replace("\"e30=\"", "{}"), at + "data");
    malformed(cases, INDEX.replace("\"a/b\"", "\"a b\""), at + "artifactType");
    malformed(cases, INDEX.replaceFirst("\\{\"os\":[^}]*}", "\"linux\""), at + "platform");
    malformed(cases, INDEX.replaceFirst("\\{\"os\":[^}]*}", "[]"), at + "platform");
    malformed(cases, INDEX.replace("\"linux\"", "1"), at + "platform/os");
    malformed(cases, INDEX.replace("\"arm\"", "[]"), at + "platform/architecture");
    malformed(cases, INDEX.replace("\"v7\"", "7"), at + "platform/variant");
    malformed(cases, INDEX.replace("\"1\"", "1"), at + "platform/os.version");
    malformed(cases, INDEX.replace("[\"f\"]", "\"f\""), at + "platform/os.features");
    malformed(cases, INDEX.replace("[\"f\"]", "[null]"), at + "platform/os.features/0");
  }

  @ParameterizedTest
  @MethodSource("cases")
  void refuses(Case hostile) {
    Throwable thrown =
        catchThrowable(() -> Manifest.parse(hostile.document(), ParseContext.of("app:1.2.3")));
    assertThat(thrown)
        .isExactlyInstanceOf(hostile.refusal())
        .hasMessageContaining("manifest of app:1.2.3");
    assertThat(thrown).message().hasSizeLessThan(500).doesNotContain("\u001b", "\n", "\u0000");
    if (thrown instanceof MalformedContentException malformed) {
      assertPlace(hostile, malformed.where());
    }
    if (thrown instanceof LimitExceededException exceeded) {
      assertThat(exceeded.limit()).isEqualTo(hostile.where());
    }
  }

  @Test
  void countsAtLeastNinetyHostileDocumentsAndReadsTheirPatterns() throws Exception {
    assertThat(cases().map(Case::latin1).distinct().count()).isGreaterThanOrEqualTo(90);
    assertThat(Fixtures.image(MANIFEST).subject()).isPresent();
    assertThat(Fixtures.index(INDEX).manifests()).hasSize(1);
  }

  /** Changed documents are refused in a typed way, or are documents in every respect. */
  @Test
  void failsOnlyInTypedWaysOnChangedDocuments() {
    long seed = Long.getLong("imbrex.seed", 20261125L);
    Random random = new Random(seed);
    List<String> documents =
        List.of(
            MANIFEST,
            INDEX,
            DOCKER_MANIFEST,
            DOCKER_LIST,
            OCI_INDEX,
            ARTIFACT,
            STRANGE_MANIFEST,
            STRANGE_INDEX);
    int read = 0;
    int rounds = 8000;
    for (int i = 0; i < rounds; i++) {
      byte[] changed = Mutations.of(documents.get(i % documents.size()), random);
      try {
        Manifest manifest = Manifest.parse(changed, ParseContext.of("app:1"));
        assertThat(manifest.bytes()).isEqualTo(changed);
        exercise(manifest);
        read++;
      } catch (ImageException e) {
        assertThat(e).as("seed %s, round %s", seed, i).message().contains("app:1");
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError(
            "seed " + seed + ", round " + i + ": " + new String(changed, ISO_8859_1), e);
      }
    }
    assertThat(read).as("seed %s", seed).isBetween(rounds / 20, rounds * 19 / 20);
  }

  /** All views, and changes of all kinds; what they make can be read again. */
  private static void exercise(Manifest manifest) throws ImageException {
    assertThat(manifest.effectiveArtifactType()).isNotNull();
    assertThat(manifest.toString()).contains(manifest.digest().toString());
    for (Descriptor descriptor : manifest.references()) {
      assertThat(descriptor.embeddedContent()).isNotNull();
      assertThat(Descriptor.fromJson(descriptor.toJson(), "x")).isEqualTo(descriptor);
    }
    Descriptor other =
        Descriptor.of(MediaType.OCI_LAYER, Digest.parse(DIGEST), 4)
            .withPlatform(Platform.of("linux", "arm"));
    if (manifest instanceof ImageManifest image) {
      List<Descriptor> layers = new ArrayList<>(image.layers());
      layers.add(other);
      reread(image.withLayers(layers).withConfig(other).withoutSubject(), image);
      if (!ManifestConversion.toOci(image).mediaType().equals(MediaType.OCI_IMAGE_MANIFEST)) {
        throw new AssertionError("not converted");
      }
    } else if (manifest instanceof IndexManifest index) {
      reread(index.append(other).withAnnotations(Map.of()), index);
    }
  }

  private static void reread(Manifest edited, Manifest original) throws ImageException {
    Descriptor descriptor = edited.descriptor();
    Manifest again =
        Manifest.parse(edited.bytes(), ParseContext.of("app:1").withDescriptor(descriptor));
    assertThat(again).isEqualTo(edited).hasSameClassAs(original);
  }

  private static void assertPlace(Case hostile, String where) {
    if (hostile.where().equals("byte *")) {
      assertThat(where).matches("byte [0-9]+");
    } else {
      assertThat(where).isEqualTo(hostile.where());
    }
  }

  /** The document with one more member at its end. */
  private static String repeated(String document, String name, String value) {
    return document.substring(0, document.length() - 1) + ",\"" + name + "\":" + value + "}";
  }

  private static void malformed(List<Case> cases, String document, String where) {
    cases.add(malformed(bytes(document), where));
  }

  private static Case malformed(byte[] document, String where) {
    return Case.of(document, MalformedContentException.class, where);
  }

  private static void unsupported(List<Case> cases, String document) {
    cases.add(Case.of(bytes(document), UnsupportedContentException.class, ""));
  }

  private static void limit(List<Case> cases, String document, String name) {
    cases.add(Case.of(bytes(document), LimitExceededException.class, name));
  }
}
