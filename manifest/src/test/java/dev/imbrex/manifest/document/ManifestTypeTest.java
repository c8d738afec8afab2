package dev.imbrex.manifest.document;

import static dev.imbrex.manifest.document.Fixtures.A;
import static dev.imbrex.manifest.document.Fixtures.B;
import static dev.imbrex.manifest.document.Fixtures.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.document.DocumentWarning.Kind;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the type of a document is told: SN-M3, SN-M4, SN-M5, LC-C21. */
class ManifestTypeTest {
  /** Short names for the table. */
  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("oci", "application/vnd.oci.image.manifest.v1+json"),
          Map.entry("index", "application/vnd.oci.image.index.v1+json"),
          Map.entry("docker", "application/vnd.docker.distribution.manifest.v2+json"),
          Map.entry("list", "application/vnd.docker.distribution.manifest.list.v2+json"),
          Map.entry("schema1", "application/vnd.docker.distribution.manifest.v1+json"),
          Map.entry("signed", "application/vnd.docker.distribution.manifest.v1+prettyjws"),
          Map.entry("json", "application/json"),
          Map.entry("bytes", "application/octet-stream"),
          Map.entry("text", "text/plain; charset=utf-8"),
          Map.entry("html", "text/html"),
          Map.entry("broken", "???"),
          Map.entry("artifact", "application/vnd.oci.artifact.manifest.v1+json"));

  /**
   * The order of SN-M3. Members: O, D, X a config of an OCI image, a Docker image, anything; L
   * layers; M manifests. Results: a type, "malformed" or "unsupported"; then the warning.
   */
  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        // descriptor, mediaType member, Content-Type, members, result, warning
        // The descriptor wins.
        "oci,    oci,    -,       OL, oci,         -",
        "oci,    -,      -,       OL, oci,         -",
        "docker, -,      -,       OL, docker,      -",
        "oci,    -,      -,       DL, oci,         -",
        "index,  index,  index,   M,  index,       -",
        "list,   -,      -,       M,  list,        -",
        "oci,    oci,    docker,  OL, oci,         CONTENT_TYPE_DIFFERS",
        "oci,    -,      index,   OL, oci,         CONTENT_TYPE_DIFFERS",
        "index,  index,  html,    M,  index,       CONTENT_TYPE_DIFFERS",
        "oci,    oci,    json,    OL, oci,         -",
        "oci,    oci,    broken,  OL, oci,         CONTENT_TYPE_UNREADABLE",
        "oci,    docker, docker,  OL, malformed,   -",
        "docker, oci,    -,       OL, malformed,   -",
        "index,  list,   -,       M,  malformed,   -",
        "index,  oci,    -,       M,  malformed,   -",
        "oci,    index,  index,   M,  malformed,   -",
        "index,  -,      -,       OL, malformed,   -",
        "oci,    -,      -,       M,  malformed,   -",
        "list,   -,      -,       DL, malformed,   -",
        "bytes,  -,      -,       OL, unsupported, -",
        "bytes,  bytes,  -,       OL, unsupported, -",
        "artifact, -,    oci,     OL, unsupported, -",
        // Then the member.
        "-,      oci,    -,       OL, oci,         -",
        "-,      oci,    -,       XL, oci,         -",
        "-,      oci,    -,       X,  oci,         -",
        "-,      oci,    oci,     OL, oci,         -",
        "-,      oci,    json,    OL, oci,         -",
        "-,      docker, bytes,   DL, docker,      -",
        "-,      docker, text,    DL, docker,      -",
        "-,      docker, broken,  DL, docker,      CONTENT_TYPE_UNREADABLE",
        "-,      docker, -,       OL, docker,      -",
        "-,      list,   list,    M,  list,        -",
        "-,      oci,    docker,  OL, malformed,   -",
        "-,      oci,    index,   OL, malformed,   -",
        "-,      index,  oci,     M,  malformed,   -",
        "-,      list,   index,   M,  malformed,   -",
        "-,      oci,    html,    OL, malformed,   -",
        "-,      oci,    -,       M,  malformed,   -",
        "-,      index,  -,       OL, malformed,   -",
        "-,      index,  -,       '', malformed,   -",
        "-,      oci,    -,       '', malformed,   -",
        "-,      oci,    -,       L,  malformed,   -",
        "-,      artifact, -,     OL, unsupported, -",
        "-,      bytes,  -,       M,  unsupported, -",
        "-,      oci,    -,       OLM, malformed,  -",
        "-,      index,  -,       OLM, malformed,  -",
        "-,      index,  -,       LM, malformed,   -",
        "-,      index,  -,       OM, malformed,   -",
        // Then the Content-Type.
        "-,      -,      oci,     XL, oci,         -",
        "-,      -,      docker,  XL, docker,      -",
        "-,      -,      docker,  OL, docker,      -",
        "-,      -,      index,   M,  index,       -",
        "-,      -,      list,    M,  list,        -",
        "-,      -,      index,   OL, malformed,   -",
        "-,      -,      docker,  M,  malformed,   -",
        "-,      -,      html,    OL, unsupported, -",
        "-,      -,      artifact, OL, unsupported, -",
        // Then the shape.
        "-,      -,      -,       OL, oci,         TYPE_TAKEN_FROM_SHAPE",
        "-,      -,      -,       O,  oci,         TYPE_TAKEN_FROM_SHAPE",
        "-,      -,      json,    DL, docker,      TYPE_TAKEN_FROM_SHAPE",
        "-,      -,      -,       D,  docker,      TYPE_TAKEN_FROM_SHAPE",
        "-,      -,      text,    M,  index,       TYPE_TAKEN_FROM_SHAPE",
        "-,      -,      bytes,   XL, oci,         TYPE_TAKEN_FROM_SHAPE",
        "-,      -,      -,       X,  malformed,   -",
        "-,      -,      -,       L,  malformed,   -",
        "-,      -,      -,       '', malformed,   -",
        "-,      -,      -,       OLM, malformed,  -",
        "-,      -,      -,       LM, malformed,   -",
        "-,      -,      -,       XM, malformed,   -",
        // Schema 1 by name.
        "schema1, oci,   -,       OL, schema1,     -",
        "-,      schema1, -,      OL, schema1,     -",
        "-,      signed, oci,     OL, schema1,     -",
        "-,      oci,    schema1, OL, schema1,     -",
        "oci,    oci,    signed,  OL, schema1,     -",
      })
  void tellsTheType(
      @Nullable String descriptor,
      @Nullable String member,
      @Nullable String contentType,
      String members,
      String result,
      @Nullable String warning)
      throws Exception {
    byte[] bytes = document(member, members);
    ParseContext context = context(bytes, descriptor, contentType);
    switch (result) {
      case "malformed" ->
          assertThatThrownBy(() -> Manifest.parse(bytes, context))
              .isInstanceOf(MalformedContentException.class)
              .hasMessageContaining("registry.example/app:1");
      case "unsupported" ->
          assertThatThrownBy(() -> Manifest.parse(bytes, context))
              .isInstanceOf(UnsupportedContentException.class)
              .hasMessageContaining("registry.example/app:1")
              .hasMessageContaining("neither an image manifest nor an index");
      case "schema1" -> assertSchema1(bytes, context);
      default -> {
        Manifest manifest = Manifest.parse(bytes, context);
        assertThat(manifest.mediaType()).hasToString(TYPES.get(result));
        assertThat(manifest instanceof IndexManifest).isEqualTo(members.contains("M"));
        assertThat(manifest.warnings())
            .extracting(DocumentWarning::kind)
            .isEqualTo(warning == null ? List.of() : List.of(Kind.valueOf(warning)));
        assertThat(manifest.warnings())
            .allSatisfy(w -> assertThat(w.message()).contains("registry.example/app:1"));
      }
    }
  }

  /** SN-M4: no matter what is said about them, the same bytes are of one kind, or refused. */
  @Test
  void neverTakesTheSameBytesForBothKinds() {
    List<@Nullable String> types = new ArrayList<>(TYPES.keySet());
    types.add(null);
    int read = 0;
    for (String member : types) {
      for (String members : List.of("", "O", "D", "X", "L", "OL", "DL", "XL", "M", "OM", "LM")) {
        byte[] bytes = document(member, members);
        Set<Class<?>> kinds = new HashSet<>();
        for (String descriptor : types) {
          for (String contentType : types) {
            try {
              kinds.add(Manifest.parse(bytes, context(bytes, descriptor, contentType)).getClass());
              read++;
            } catch (ImageException e) {
              assertThat(e).hasMessageContaining("registry.example/app:1");
            }
          }
        }
        assertThat(kinds).as("%s %s", member, members).hasSizeLessThan(2);
      }
    }
    assertThat(read).isGreaterThan(100);
  }

  /** Null is there, too: a reader that looks for the member finds it. */
  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "{}", "\"\""})
  void refusesBothKindsHoweverLittleThereIsOfOne(String value) {
    String config = "\"config\":{\"mediaType\":\"a/b\",\"digest\":\"" + A + "\",\"size\":1}";
    for (String type : List.of("oci", "index")) {
      String start = "{\"schemaVersion\":2,\"mediaType\":\"" + TYPES.get(type) + "\",";
      assertMalformed(start + config + ",\"layers\":[],\"manifests\":" + value + "}");
      assertMalformed(start + "\"manifests\":[],\"config\":" + value + "}");
      assertMalformed(start + "\"manifests\":[],\"layers\":" + value + "}");
    }
  }

  /** SN-M5. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"schemaVersion\":1}",
        "{\"schemaVersion\":1,\"name\":\"a\",\"tag\":\"1\",\"fsLayers\":[{\"blobSum\":\"x\"}],"
            + "\"history\":[{\"v1Compatibility\":\"{}\"}],\"signatures\":[{}]}",
        "{\"name\":\"a\",\"fsLayers\":[]}",
        "{\"schemaVersion\":1,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
            + "\"config\":{},\"layers\":[]}",
        "{\"schemaVersion\":2,\"mediaType\":"
            + "\"application/vnd.docker.distribution.manifest.v1+prettyjws\"}",
      })
  void refusesSchema1(String text) {
    ParseContext context = ParseContext.of("registry.example/app:1");
    assertSchema1(bytes(text), context);
    assertSchema1(bytes(text), context.withContentType("application/json"));
    // Its digest leaves the signatures out, so a mismatch is not what is wrong with it.
    assertSchema1(bytes(text), context.withDigest(Descriptor.EMPTY_JSON.digest()));
  }

  @Test
  void refusesSchema1ByItsNameWhateverTheBytesAre() {
    ParseContext context =
        ParseContext.of("registry.example/app:1").withDigest(Descriptor.EMPTY_JSON.digest());
    assertSchema1(bytes("{"), context.withContentType(TYPES.get("signed") + "; charset=utf-8"));
    Descriptor descriptor =
        Descriptor.of(MediaType.DOCKER_SCHEMA1, Descriptor.EMPTY_JSON.digest(), 1);
    assertSchema1(bytes("{"), context.withDescriptor(descriptor));
  }

  @Test
  void reportsTheMismatchOfAllOtherBytes() {
    ParseContext context =
        ParseContext.of("registry.example/app:1").withDigest(Descriptor.EMPTY_JSON.digest());
    for (String text :
        List.of("{", "", "[1]", "{\"schemaVersion\":\"1\"}", "{\"schemaVersion\":2}")) {
      assertThatThrownBy(() -> Manifest.parse(bytes(text), context))
          .isInstanceOf(DigestMismatchException.class)
          .hasMessageContaining("registry.example/app:1");
    }
  }

  private static void assertSchema1(byte[] bytes, ParseContext context) {
    assertThatThrownBy(() -> Manifest.parse(bytes, context))
        .isInstanceOf(UnsupportedContentException.class)
        .hasMessageContaining("registry.example/app:1")
        .hasMessageContaining("retired")
        .hasMessageContaining("rebuild")
        .hasMessageContaining("push it again");
  }

  private static void assertMalformed(String text) {
    assertThatThrownBy(() -> Manifest.parse(bytes(text), ParseContext.of("registry.example/app:1")))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("could be taken for");
  }

  private static ParseContext context(
      byte[] bytes, @Nullable String descriptor, @Nullable String contentType) {
    ParseContext context = ParseContext.of("registry.example/app:1");
    if (descriptor != null) {
      context = context.withDescriptor(Descriptor.of(type(descriptor), bytes));
    }
    return contentType == null ? context : context.withContentType(named(contentType));
  }

  private static String named(String name) {
    return Objects.requireNonNull(TYPES.get(name), name);
  }

  private static MediaType type(String name) {
    return name.equals("broken") ? MediaType.OCTET_STREAM : MediaType.fromContentType(named(name));
  }

  private static byte[] document(@Nullable String member, String members) {
    StringBuilder text = new StringBuilder("{\"schemaVersion\":2");
    if (member != null) {
      text.append(",\"mediaType\":\"").append(TYPES.get(member)).append('"');
    }
    members.chars().forEach(c -> text.append(",").append(member((char) c)));
    return bytes(text.append('}').toString());
  }

  private static String member(char name) {
    return switch (name) {
      case 'O' -> "\"config\":" + descriptor("application/vnd.oci.image.config.v1+json");
      case 'D' -> "\"config\":" + descriptor("application/vnd.docker.container.image.v1+json");
      case 'X' -> "\"config\":" + descriptor("application/vnd.example.anything");
      case 'L' -> "\"layers\":[" + descriptor("application/vnd.oci.image.layer.v1.tar") + "]";
      case 'M' ->
          "\"manifests\":[" + descriptor("application/vnd.oci.image.manifest.v1+json") + "]";
      default -> throw new AssertionError(name);
    };
  }

  private static String descriptor(String mediaType) {
    return "{\"mediaType\":\"" + mediaType + "\",\"digest\":\"" + B + "\",\"size\":1}";
  }
}
