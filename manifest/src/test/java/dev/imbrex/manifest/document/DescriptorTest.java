package dev.imbrex.manifest.document;

import static dev.imbrex.manifest.document.Fixtures.A;
import static dev.imbrex.manifest.document.Fixtures.B;
import static dev.imbrex.manifest.document.Fixtures.EMPTY;
import static dev.imbrex.manifest.document.Fixtures.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.platform.Platform;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SN-D5, SN-D7, SN-D8, SN-D10. */
class DescriptorTest {
  private static final String FULL =
      """
      {"size":3,"x":{"n":1e3},"mediaType":"text/plain","digest":"%s","urls":["https://a","b"],\
      "annotations":{"z":"1","a":""},"data":"YWJj","platform":{"os":"linux","x-p":1.0,\
      "architecture":"arm64","variant":"v8","os.version":"6","os.features":["f"]},\
      "artifactType":"a/b","y":null}"""
          .formatted(Digest.sha256(bytes("abc")));

  @Test
  void readsAndPrintsAllItsMembers() throws Exception {
    Descriptor descriptor = read(FULL);
    assertThat(descriptor.mediaType()).hasToString("text/plain");
    assertThat(descriptor.digest()).isEqualTo(Digest.sha256(bytes("abc")));
    assertThat(descriptor.size()).isEqualTo(3);
    assertThat(descriptor.urls()).containsExactly("https://a", "b");
    assertThat(descriptor.annotations()).containsExactly(Map.entry("z", "1"), Map.entry("a", ""));
    assertThat(descriptor.embeddedContent()).contains(bytes("abc"));
    assertThat(descriptor.platform())
        .contains(new Platform("linux", "arm64", "v8", "6", List.of("f")));
    assertThat(descriptor.artifactType()).contains(MediaType.parse("a/b"));
    assertThat(descriptor.toJson()).isEqualTo(FULL);
  }

  @Test
  void hasTheEmptyObjectOfTheSpecification() {
    assertThat(Descriptor.EMPTY_JSON.toJson())
        .isEqualTo(
            "{\"mediaType\":\"application/vnd.oci.empty.v1+json\",\"digest\":\""
                + EMPTY
                + "\",\"size\":2,\"data\":\"e30=\"}");
  }

  @Test
  void acceptsTheEmptyBlobAndTheLargestSize() throws Exception {
    Descriptor empty = Descriptor.of(MediaType.OCTET_STREAM, new byte[0]);
    assertThat(empty.digest().toString()).startsWith("sha256:e3b0c442").endsWith("b855");
    assertThat(empty.size()).isZero();
    assertThat(empty.withEmbeddedContent(new byte[0]).embeddedContent()).contains(new byte[0]);
    Descriptor large = Descriptor.of(MediaType.OCTET_STREAM, Digest.parse(A), Long.MAX_VALUE);
    assertThat(read(large.toJson())).isEqualTo(large);
    assertThatThrownBy(() -> Descriptor.of(MediaType.OCTET_STREAM, Digest.parse(A), -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** SN-D7: what does not fit, or is no base64, is as if it were not there. */
  @ParameterizedTest
  @CsvSource({
    "YWJj, 3, abc, true",
    "'YW\nJj\r\n', 3, abc, true",
    "YWJj, 4, abc, false",
    "YWJj, 3, abd, false",
    "YWJk, 3, abc, false",
    "YWJ, 3, abc, false",
    "'', 3, abc, false",
    "'', 0, '', true",
    "Y!Jj, 3, abc, false",
    "YWJj=, 3, abc, false",
    "_-8=, 2, '', false",
    "ÿ, 3, abc, false",
  })
  void givesEmbeddedContentOnlyIfItFits(String data, long size, String content, boolean given)
      throws Exception {
    String json =
        "{\"mediaType\":\"a/b\",\"digest\":\"%s\",\"size\":%d,\"data\":\"%s\"}"
            .formatted(
                Digest.sha256(bytes(content)),
                size,
                data.replace("\r", "\\r").replace("\n", "\\n"));
    Descriptor descriptor = read(json);
    assertThat(descriptor.embeddedContent().isPresent()).isEqualTo(given);
    assertThat(descriptor.toJson()).isEqualTo(json);
  }

  @Test
  void readsTheStandardAlphabetOnly() throws Exception {
    byte[] content = {(byte) 0xfb, (byte) 0xef, (byte) 0xff};
    String start =
        "{\"mediaType\":\"a/b\",\"size\":3,\"digest\":\""
            + Digest.sha256(content)
            + "\",\"data\":\"";
    assertThat(read(start + "++//\"}").embeddedContent()).contains(content);
    assertThat(read(start + "--__\"}").embeddedContent()).isEmpty();
  }

  @Test
  void verifiesEmbeddedContentBySha512AndByNoUnknownAlgorithm() throws Exception {
    Digest sha512 = Digest.of(DigestAlgorithm.SHA512, bytes("abc"));
    Descriptor descriptor = Descriptor.of(MediaType.OCTET_STREAM, sha512, 3);
    assertThat(descriptor.withEmbeddedContent(bytes("abc")).embeddedContent())
        .contains(bytes("abc"));
    String unknown =
        FULL.replace(Digest.sha256(bytes("abc")).toString(), "blake3:" + "a".repeat(64));
    assertThat(read(unknown).embeddedContent()).isEmpty();
    assertThat(read(unknown).toJson()).isEqualTo(unknown);
  }

  @Test
  void embedsOnlyItsOwnContent() {
    Descriptor descriptor = Descriptor.of(MediaType.OCTET_STREAM, bytes("abc"));
    assertThatThrownBy(() -> descriptor.withEmbeddedContent(bytes("abd")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> descriptor.withEmbeddedContent(bytes("abcd")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(descriptor.withEmbeddedContent(bytes("abc")).withoutEmbeddedContent())
        .isEqualTo(descriptor);
  }

  @Test
  void givesEmbeddedContentAsACopy() throws Exception {
    Descriptor descriptor = read(FULL);
    Arrays.fill(descriptor.embeddedContent().orElseThrow(), (byte) 0);
    assertThat(descriptor.embeddedContent()).contains(bytes("abc"));
  }

  @Test
  void changesOneMemberAndKeepsTheOthers() throws Exception {
    Descriptor descriptor = read(FULL);
    assertThat(descriptor.withMediaType(MediaType.OCTET_STREAM).toJson())
        .isEqualTo(FULL.replace("text/plain", "application/octet-stream"));
    assertThat(descriptor.withAnnotation("z", "2").toJson())
        .isEqualTo(FULL.replace("\"z\":\"1\"", "\"z\":\"2\""));
    assertThat(descriptor.withoutAnnotation("z").toJson())
        .isEqualTo(FULL.replace("\"z\":\"1\",", ""));
    assertThat(descriptor.withAnnotations(Map.of()).toJson())
        .isEqualTo(FULL.replace("\"annotations\":{\"z\":\"1\",\"a\":\"\"},", ""));
    assertThat(descriptor.withUrls(List.of("c")).toJson())
        .isEqualTo(FULL.replace("[\"https://a\",\"b\"]", "[\"c\"]"));
    assertThat(descriptor.withUrls(List.of()).toJson())
        .isEqualTo(FULL.replace("\"urls\":[\"https://a\",\"b\"],", ""));
    assertThat(descriptor.withArtifactType(MediaType.parse("c/d")).toJson())
        .isEqualTo(FULL.replace("a/b", "c/d"));
    assertThat(descriptor.withoutArtifactType().toJson())
        .isEqualTo(FULL.replace("\"artifactType\":\"a/b\",", ""));
    assertThat(descriptor.withoutPlatform().toJson())
        .isEqualTo(FULL.replaceFirst("\"platform\":\\{[^}]*},", ""));
    assertThat(descriptor.withPlatform(Platform.of("linux", "s390x")).toJson())
        .isEqualTo(
            FULL.replaceFirst("\"architecture\":\"arm64\"[^}]*}", "\"architecture\":\"s390x\"}"));
    assertThat(descriptor.toJson()).isEqualTo(FULL);
  }

  @Test
  void dropsWhatDescribedOnlyTheOldContent() throws Exception {
    Descriptor other = read(FULL).withContent(MediaType.OCTET_STREAM, Digest.parse(A), 9);
    assertThat(other.size()).isEqualTo(9);
    assertThat(other.urls()).isEmpty();
    assertThat(other.toJson())
        .doesNotContain("data", "urls")
        .contains("\"x\":{\"n\":1e3}", "\"y\":null", "\"z\":\"1\"");
    Descriptor same =
        read(FULL).withContent(MediaType.OCTET_STREAM, Digest.sha256(bytes("abc")), 3);
    assertThat(same.embeddedContent()).isPresent();
    assertThat(same.urls()).hasSize(2);
  }

  @Test
  void putsNewMembersInTheOrderOfTheSpecification() {
    Descriptor descriptor =
        Descriptor.of(MediaType.OCTET_STREAM, bytes("abc"))
            .withArtifactType(MediaType.parse("a/b"))
            .withPlatform(new Platform("windows", "amd64", "v2", "10.0", List.of("win32k")))
            .withEmbeddedContent(bytes("abc"))
            .withAnnotation("k", "v")
            .withUrls(List.of("u"));
    assertThat(descriptor.toJson())
        .containsSubsequence(
            "mediaType",
            "digest",
            "size",
            "urls",
            "annotations",
            "data",
            "platform",
            "architecture",
            "os",
            "os.version",
            "os.features",
            "variant",
            "artifactType");
  }

  @Test
  void isEqualByAllMembersInAnyOrder() throws Exception {
    Descriptor one = read("{\"mediaType\":\"a/b\",\"digest\":\"" + A + "\",\"size\":1,\"x\":1}");
    Descriptor turned = read("{\"x\":1,\"size\":1,\"digest\":\"" + A + "\",\"mediaType\":\"a/b\"}");
    assertThat(one).isEqualTo(turned).hasSameHashCodeAs(turned);
    Descriptor without = Descriptor.of(MediaType.parse("a/b"), Digest.parse(A), 1);
    assertThat(one).isNotEqualTo(without);
    assertThat(one.hasSameContentAs(without)).isTrue();
    assertThat(without.hasSameContentAs(without.withAnnotation("a", "b"))).isTrue();
    assertThat(without.hasSameContentAs(Descriptor.of(without.mediaType(), Digest.parse(B), 1)))
        .isFalse();
    assertThat(without.hasSameContentAs(Descriptor.of(without.mediaType(), Digest.parse(A), 2)))
        .isFalse();
  }

  @Test
  void handsOutNothingThatCanBeChanged() throws Exception {
    Descriptor descriptor = read(FULL);
    assertThatThrownBy(() -> descriptor.annotations().put("k", "v"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> descriptor.urls().add("u"))
        .isInstanceOf(UnsupportedOperationException.class);
    Map<String, String> mine = new LinkedHashMap<>(Map.of("k", "v"));
    Descriptor edited = descriptor.withAnnotations(mine);
    mine.put("k", "changed");
    assertThat(edited.annotations()).containsExactly(Map.entry("k", "v"));
  }

  @Test
  void toleratesAPlatformThatIsNotKnown() throws Exception {
    String json =
        "{\"mediaType\":\"a/b\",\"digest\":\"" + A + "\",\"size\":1,\"platform\":{\"os\":\"\"}}";
    assertThat(read(json).platform()).contains(Platform.of("", ""));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "[]", "{}", "{\"mediaType\":\"a/b\"}", "{\"size\":1}"})
  void refusesWhatIsNoDescriptor(String json) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageStartingWith("layer of app:1");
  }

  @Test
  void refusesADescriptorThatIsTooLarge() {
    assertThatThrownBy(() -> read(" ".repeat(9 << 20))).isInstanceOf(LimitExceededException.class);
  }

  private static Descriptor read(String json) throws Exception {
    return Descriptor.fromJson(json, "layer of app:1");
  }
}
