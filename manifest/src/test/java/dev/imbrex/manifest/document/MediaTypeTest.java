package dev.imbrex.manifest.document;

import static dev.imbrex.manifest.document.LayerCompression.GZIP;
import static dev.imbrex.manifest.document.LayerCompression.NONE;
import static dev.imbrex.manifest.document.LayerCompression.ZSTD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SN-D9, SN-M1, SN-M2. */
class MediaTypeTest {
  private static final String LONGEST = "x".repeat(127);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/vnd.oci.image.manifest.v1+json",
        "a/b",
        "0/9",
        "A/B",
        "text/x!#$&-^_.+",
      })
  void readsAndPrintsWhatRfc6838Allows(String text) {
    assertThat(MediaType.parse(text)).hasToString(text);
  }

  @Test
  void limitsEachPartTo127Characters() {
    assertThat(MediaType.parse(LONGEST + "/" + LONGEST)).hasToString(LONGEST + "/" + LONGEST);
    assertInvalid("x" + LONGEST + "/a");
    assertInvalid("a/x" + LONGEST);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "a",
        "a/",
        "/b",
        "a/b/c",
        "a b/c",
        " a/b",
        "a/b ",
        "a/b\n",
        "+a/b",
        "a/.b",
        "a/b;q=1",
        "a/b; charset=utf-8",
        "a/b*",
        "*/*",
        "a/ü",
        "a/b(c)",
        "a,b/c",
        "a/b\u0000",
        "a/b=c",
        "a@b/c",
        "a/\"b\"",
        "ａ/b",
      })
  void refusesWhatRfc6838DoesNot(String text) {
    assertInvalid(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "application/json                        | application/json",
        "application/json; charset=utf-8         | application/json",
        "application/json;charset=utf-8;q=\"a;b\" | application/json",
        "' Application/Vnd.OCI.Image.Index.V1+JSON ' | application/vnd.oci.image.index.v1+json",
        "text/plain ;                            | text/plain",
      })
  void dropsParametersOfAContentType(String header, String expected) {
    assertThat(MediaType.fromContentType(header)).hasToString(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ";", "; charset=utf-8", "json", "text/html, text/plain"})
  void refusesAContentTypeWithoutAType(String header) {
    assertThatThrownBy(() -> MediaType.fromContentType(header))
        .isInstanceOf(InvalidMediaTypeException.class);
  }

  @Test
  void tellsUpperCaseApart() {
    assertThat(MediaType.parse("a/b")).isNotEqualTo(MediaType.parse("a/B"));
    assertThat(MediaType.parse("a/b"))
        .isEqualTo(MediaType.parse("a/b"))
        .hasSameHashCodeAs(MediaType.parse("a/b"))
        .isLessThan(MediaType.parse("a/c"));
  }

  @ParameterizedTest
  @CsvSource({
    "application/vnd.oci.image.manifest.v1+json,                              M, false",
    "application/vnd.docker.distribution.manifest.v2+json,                    M, true",
    "application/vnd.oci.image.index.v1+json,                                 I, false",
    "application/vnd.docker.distribution.manifest.list.v2+json,               I, true",
    "application/vnd.docker.distribution.manifest.v1+json,                    1, true",
    "application/vnd.docker.distribution.manifest.v1+prettyjws,               1, true",
    "application/vnd.oci.image.config.v1+json,                                C, false",
    "application/vnd.docker.container.image.v1+json,                          C, true",
    "application/vnd.oci.image.layer.v1.tar,                                  L, false",
    "application/vnd.oci.image.layer.v1.tar+gzip,                             L, false",
    "application/vnd.oci.image.layer.v1.tar+zstd,                             L, false",
    "application/vnd.oci.image.layer.nondistributable.v1.tar,                 N, false",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+gzip,            N, false",
    "application/vnd.oci.image.layer.nondistributable.v1.tar+zstd,            N, false",
    "application/vnd.docker.image.rootfs.diff.tar,                            L, true",
    "application/vnd.docker.image.rootfs.diff.tar.gzip,                       L, true",
    "application/vnd.docker.image.rootfs.diff.tar.zstd,                       L, true",
    "application/vnd.docker.image.rootfs.foreign.diff.tar,                    N, true",
    "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip,               N, true",
    "application/vnd.oci.empty.v1+json,                                       -, false",
    "application/vnd.oci.image.manifest.v2+json,                              -, false",
    "application/vnd.oci.image.layer.v1.tar+gzip+encrypted,                   -, false",
    "application/json,                                                        -, false",
  })
  void knowsTheTypesOfTheFormats(String text, char kind, boolean docker) {
    MediaType type = MediaType.parse(text);
    assertThat(type.isImageManifest()).isEqualTo(kind == 'M');
    assertThat(type.isIndex()).isEqualTo(kind == 'I');
    assertThat(type.isManifest()).isEqualTo(kind == 'M' || kind == 'I');
    assertThat(type.isSchema1()).isEqualTo(kind == '1');
    assertThat(type.isImageConfig()).isEqualTo(kind == 'C');
    assertThat(type.isLayer()).isEqualTo(kind == 'L' || kind == 'N');
    assertThat(type.isNondistributable()).isEqualTo(kind == 'N');
    assertThat(type.isDocker()).isEqualTo(docker);
  }

  @Test
  void tellsTheCompressionOfALayer() {
    assertThat(MediaType.OCI_LAYER.findLayerCompression()).contains(NONE);
    assertThat(MediaType.OCI_LAYER_ZSTD.findLayerCompression()).contains(ZSTD);
    assertThat(MediaType.DOCKER_LAYER_GZIP.findLayerCompression()).contains(GZIP);
    assertThat(MediaType.DOCKER_LAYER_ZSTD.findLayerCompression()).contains(ZSTD);
    assertThat(MediaType.DOCKER_FOREIGN_LAYER.findLayerCompression()).contains(NONE);
    assertThat(MediaType.OCI_IMAGE_CONFIG.findLayerCompression()).isEmpty();
  }

  @Test
  void namesTheSameLayerInAnotherCompression() {
    assertThat(MediaType.OCI_LAYER_GZIP.findLayerType(ZSTD)).contains(MediaType.OCI_LAYER_ZSTD);
    assertThat(MediaType.OCI_LAYER_GZIP.findLayerType(NONE)).contains(MediaType.OCI_LAYER);
    assertThat(MediaType.OCI_NONDISTRIBUTABLE_LAYER.findLayerType(GZIP))
        .contains(MediaType.OCI_NONDISTRIBUTABLE_LAYER_GZIP);
    assertThat(MediaType.DOCKER_LAYER_GZIP.findLayerType(NONE)).contains(MediaType.DOCKER_LAYER);
    assertThat(MediaType.DOCKER_LAYER_ZSTD.findLayerType(GZIP))
        .contains(MediaType.DOCKER_LAYER_GZIP);
    assertThat(MediaType.DOCKER_LAYER_GZIP.findLayerType(ZSTD)).isEmpty();
    assertThat(MediaType.OCTET_STREAM.findLayerType(NONE)).isEmpty();
  }

  private static void assertInvalid(String text) {
    assertThatThrownBy(() -> MediaType.parse(text))
        .isInstanceOfSatisfying(
            InvalidMediaTypeException.class, e -> assertThat(e.input()).isEqualTo(text))
        .message()
        .hasSizeLessThan(1000);
  }
}
