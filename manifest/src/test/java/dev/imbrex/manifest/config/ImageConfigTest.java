package dev.imbrex.manifest.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.imbrex.manifest.config.ImageConfig.Violation;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.platform.Platform;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SN-C1 to SN-C8. */
class ImageConfigTest {
  private static final String A =
      "sha256:f8b53af7fe22a5ab22cdfa3f888f7ad2a75ac072fcb55d6d67ac226a06b6ad92";
  private static final String B =
      "sha256:96d563065d1df5b0ced75ac7eb792c9aaf562b4ba980e63cc546e364ba4612d9";
  private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.6Z");

  static byte[] resource(String name) throws IOException {
    try (InputStream in = ImageConfigTest.class.getResourceAsStream("configs/" + name)) {
      return in.readAllBytes();
    }
  }

  private static ImageConfig fixture(String name) throws IOException {
    return ImageConfig.parse(resource(name), name);
  }

  private static ImageConfig parse(String json) throws IOException {
    return ImageConfig.parse(json.getBytes(UTF_8), "test config");
  }

  private static String text(ImageConfig config) {
    return new String(config.bytes(), UTF_8);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, UTF_8);
  }

  @Nested
  class Reading {
    @Test
    void keepsTheBytesAndTheirDigest() throws IOException {
      byte[] bytes = resource("windows.json");
      ImageConfig config = ImageConfig.parse(bytes, "windows.json");
      assertThat(config.bytes()).isEqualTo(bytes);
      assertThat(config.digest()).isEqualTo(Digest.sha256(bytes));
      assertThat(config.size()).isEqualTo(bytes.length);

      config.bytes()[0] = 'x';
      bytes[1] = 'x';
      assertThat(config.bytes()).isEqualTo(resource("windows.json"));
    }

    @Test
    void readsAConfigOfDockersClassicBuilder() throws IOException {
      ImageConfig config = fixture("docker-classic.json");
      assertThat(config.violations()).isEmpty();
      assertThat(config.platform()).isEqualTo(Platform.of("linux", "amd64"));
      assertThat(config.dockerVersion()).contains("20.10.24+dfsg1");
      assertThat(config.buildContainer()).hasValueSatisfying(id -> assertThat(id).hasSize(64));
      assertThat(config.diffIds()).hasSize(2);
      assertThat(config.history()).hasSize(12);
      ContainerConfig container = config.container();
      assertThat(container.entrypoint()).contains(List.of("/app/a"));
      assertThat(container.cmd()).contains(List.of("--help"));
      assertThat(container.user()).contains("1000:1000");
      assertThat(container.workingDir()).contains("/app");
      assertThat(container.stopSignal()).contains("SIGQUIT");
      assertThat(container.onBuild()).contains(List.of("COPY . /src"));
      assertThat(container.volumes()).containsExactly("/data");
      assertThat(container.exposedPorts())
          .containsExactly(ExposedPort.udp(53), ExposedPort.tcp(80));
      assertThat(container.labels())
          .isEqualTo(Map.of("org.example.text", "a<b>&\"c\"", "org.example.two", "2"));
      assertThat(container.findEnv("B")).contains("two words");
      assertThat(container.hostname()).isEmpty();
      assertThat(container.has(ContainerMember.HOSTNAME)).isTrue();
      assertThat(container.healthcheck())
          .contains(
              Healthcheck.ofCommand(List.of("/app/a"))
                  .withInterval(Duration.ofSeconds(30))
                  .withTimeout(Duration.ofMillis(1500))
                  .withRetries(3));
      assertThat(config.buildContainerConfig().orElseThrow().cmd().orElseThrow())
          .contains("/bin/sh", "-c");
    }

    @Test
    void readsAConfigOfBuildKit() throws IOException {
      ImageConfig config = fixture("buildkit.json");
      assertThat(config.violations()).isEmpty();
      assertThat(config.created()).contains(Instant.parse("2026-11-23T20:29:41.676234664Z"));
      assertThat(config.container().isArgsEscaped()).isTrue();
      assertThat(config.buildContainerConfig()).isEmpty();
      LayerHistory layers = config.requireLayerHistory();
      assertThat(layers.findStepOf(1).orElseThrow().createdBy())
          .isEqualTo("COPY a /app/ # buildkit");
      assertThat(layers.layersWithoutStep()).isZero();
    }

    @Test
    void readsAConfigOfBuildah() throws IOException {
      ImageConfig config = fixture("buildah.json");
      assertThat(config.violations()).isEmpty();
      assertThat(config.container().labels()).containsEntry("io.buildah.version", "1.28.2");
      assertThat(config.layerHistory().findStepOf(0).orElseThrow().createdBy())
          .isEqualTo("/bin/sh -c #(nop) CMD [\"/app/a\"]".replace("/app/a", "--help"));
    }

    @Test
    void readsAConfigFullOfNullsAndEmptyMembers() throws IOException {
      ImageConfig config = fixture("kaniko.json");
      assertThat(config.violations()).isEmpty();
      // The zero time means unknown, and its text stays.
      assertThat(config.created()).isEmpty();
      assertThat(config.createdText()).contains("0001-01-01T00:00:00Z");
      assertThat(config.platform().variant()).isNull();
      ContainerConfig container = config.container();
      assertThat(container.entrypoint()).isEmpty();
      assertThat(container.isNull(ContainerMember.ENTRYPOINT)).isTrue();
      assertThat(container.cmd()).contains(List.of());
      assertThat(container.shell()).isEmpty();
      assertThat(container.has(ContainerMember.SHELL)).isFalse();
      assertThat(container.user()).isEmpty();
      assertThat(container.labels()).isEmpty();
      assertThat(container.memory()).hasValue(0);
      // Later entries win; one without = sets nothing.
      assertThat(container.environment().keySet()).containsExactly("PATH", "A");
      assertThat(container.findEnv("A")).contains("2");
      assertThat(container.findEnv("NOTHING")).isEmpty();
      assertThat(config.layerHistory().layersWithoutStep()).isEqualTo(1);
    }

    @Test
    void readsAConfigForWindows() throws IOException {
      ImageConfig config = fixture("windows.json");
      assertThat(config.violations()).isEmpty();
      assertThat(config.platform())
          .isEqualTo(new Platform("windows", "amd64", null, "10.0.20348.2227", List.of("win32k")));
      assertThat(config.created()).contains(Instant.parse("2024-01-09T14:05:04.1234567Z"));
      assertThat(config.container().shell()).contains(List.of("cmd", "/S", "/C"));
    }

    @Test
    void readsALoneStringAsAListOfOne() throws IOException {
      ImageConfig config = fixture("import.json");
      assertThat(config.container().cmd()).contains(List.of("/bin/sh"));
      assertThat(config.comment()).contains("Imported from -");
      assertThat(config.platform()).isEqualTo(Platform.of("linux", "arm64", "v8"));
      assertThat(config.buildContainerConfig().orElseThrow().isTty()).isTrue();
      // There is no 30th of February.
      assertThat(config.created()).isEmpty();
      assertThat(config.violations()).extracting(Violation::where).containsExactly("/created");
    }

    @Test
    void isLenientAboutWhatIsMissing() throws IOException {
      for (String json :
          List.of(
              "{}",
              "{\"config\":null,\"rootfs\":null,\"history\":null,\"created\":null,\"os\":null}",
              "{\"rootfs\":{}}",
              "{\"rootfs\":{\"diff_ids\":null}}")) {
        ImageConfig config = parse(json);
        assertThat(config.diffIds()).isEmpty();
        assertThat(config.history()).isEmpty();
        assertThat(config.container()).isEqualTo(ContainerConfig.empty());
        assertThat(config.platform()).isEqualTo(Platform.of("", ""));
        assertThat(config.violations())
            .extracting(Violation::where)
            .startsWith("/architecture", "/os");
      }
    }

    @Test
    void refusesMoreBytesThanAllowed() throws IOException {
      byte[] bytes = resource("import.json");
      assertThat(ImageConfig.parse(bytes, "c", bytes.length).bytes()).isEqualTo(bytes);
      assertThatExceptionOfType(LimitExceededException.class)
          .isThrownBy(() -> ImageConfig.parse(bytes, "c", bytes.length - 1))
          .satisfies(e -> assertThat(e.limit()).isEqualTo("configBytes"));
    }
  }

  @Nested
  class Times {
    @ParameterizedTest
    @CsvSource({
      "2020-01-02T03:04:05Z, 2020-01-02T03:04:05Z",
      "2020-01-02T03:04:05.123456789Z, 2020-01-02T03:04:05.123456789Z",
      "2020-01-02T03:04:05.1234567899Z, 2020-01-02T03:04:05.123456789Z",
      "2020-01-02T03:04:05+02:30, 2020-01-02T00:34:05Z",
      "2020-01-02T03:04:05-23:59, 2020-01-03T03:03:05Z",
      "2020-02-29T00:00:00Z, 2020-02-29T00:00:00Z",
      "0001-01-01T00:00:01Z, 0001-01-01T00:00:01Z",
      "1970-01-01T00:00:00Z, 1970-01-01T00:00:00Z"
    })
    void readsRfc3339(String written, Instant expected) throws IOException {
      ImageConfig config = parse("{\"created\":\"" + written + "\"}");
      assertThat(config.created()).contains(expected);
      assertThat(config.createdText()).contains(written);
      assertThat(config.withCreated(expected)).isSameAs(config);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "",
          "2020",
          "2020-01-02",
          "2020-01-02T03:04:05",
          "2020-01-02T03:04Z",
          "2020-01-02 03:04:05Z",
          "2020-01-02T03:04:05z",
          "2020-01-02T03:04:60Z",
          "2020-13-02T03:04:05Z",
          "2019-02-29T03:04:05Z",
          "2020-01-02T24:00:00Z",
          "2020-01-02T03:04:05+24:00",
          "2020-01-02T03:04:05.Z",
          "+2020-01-02T03:04:05Z",
          "1577934245"
        })
    void showsNoTimeWhereItIsNotRfc3339(String written) throws IOException {
      ImageConfig config = parse("{\"created\":\"" + written + "\"}");
      assertThat(config.created()).isEmpty();
      assertThat(config.violations()).extracting(Violation::where).contains("/created");
    }

    @ParameterizedTest
    @CsvSource({
      "2020-01-02T03:04:05Z, 2020-01-02T03:04:05Z",
      "2020-01-02T03:04:05.600Z, 2020-01-02T03:04:05.6Z",
      "2020-01-02T03:04:05.000000010Z, 2020-01-02T03:04:05.00000001Z",
      "1970-01-01T00:00:00Z, 1970-01-01T00:00:00Z"
    })
    void writesTimesAsGoDoes(Instant time, String expected) {
      assertThat(ImageConfig.of(Platform.of("linux", "amd64")).withCreated(time).createdText())
          .contains(expected);
    }

    @Test
    void refusesYearsThatRfc3339DoesNotHave() {
      ImageConfig config = ImageConfig.of(Platform.of("linux", "amd64"));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> config.withCreated(Instant.parse("+10000-01-01T00:00:00Z")));
      assertThatIllegalArgumentException().isThrownBy(() -> config.withCreated(Instant.MIN));
    }
  }

  @Nested
  class Making {
    @Test
    void startsFromScratch() {
      ImageConfig config = ImageConfig.of(Platform.of("linux", "amd64"));
      assertThat(text(config))
          .isEqualTo(
              "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{},"
                  + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[]}}");
      assertThat(config.violations()).isEmpty();
    }

    @Test
    void writesMembersInTheOrderOfTheSpecification() {
      ImageConfig config =
          ImageConfig.of(
                  new Platform("windows", "arm64", "v8", "10.0.1", List.of("win32k", "other")))
              .append(DiffId.parse(A), History.empty().withCreatedBy("x"))
              .withAuthor("me")
              .withCreated(TIME);
      assertThat(text(config))
          .isEqualTo(
              "{\"created\":\"2026-01-02T03:04:05.6Z\",\"author\":\"me\",\"architecture\":\"arm64\","
                  + "\"variant\":\"v8\",\"os\":\"windows\",\"os.version\":\"10.0.1\","
                  + "\"os.features\":[\"win32k\",\"other\"],\"config\":{},"
                  + "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                  + A
                  + "\"]},\"history\":[{\"created_by\":\"x\"}]}");
    }
  }

  @Nested
  class Editing {
    @Test
    void changesOneMemberAndNothingElse() throws IOException {
      String classic = text(resource("docker-classic.json"));
      ImageConfig config = fixture("docker-classic.json");
      ImageConfig edited = config.withContainer(config.container().withUser("root"));
      // The config comes before container_config, so the first one it is.
      assertThat(text(edited))
          .isEqualTo(classic.replaceFirst("\"User\":\"1000:1000\"", "\"User\":\"root\""));
      assertThat(edited.withContainer(config.container()).bytes()).isEqualTo(config.bytes());
    }

    @Test
    void keepsTheEscapesOfDocker() throws IOException {
      String before = text(resource("buildkit.json"));
      assertThat(before).contains("a\\u003cb\\u003e\\u0026");
      ImageConfig edited = fixture("buildkit.json").withAuthor("<me>").withAuthor("<you>");
      assertThat(text(edited))
          .isEqualTo(
              before.replaceFirst(
                  "\\{\"architecture\"", "{\"author\":\"\\\\u003cyou\\\\u003e\",\"architecture\""));
    }

    @Test
    void writesNoEscapesThatJsonDoesNotNeed() throws IOException {
      assertThat(text(parse("{\"x\":\"<>&\"}").withAuthor("<a>")))
          .isEqualTo("{\"x\":\"<>&\",\"author\":\"<a>\"}");
    }

    @Test
    void isTheSameWhenNothingChanges() throws IOException {
      for (String name : List.of("docker-classic.json", "kaniko.json", "windows.json")) {
        ImageConfig config = fixture(name);
        assertThat(config.withContainer(config.container())).isSameAs(config);
        assertThat(config.withPlatform(config.platform())).isSameAs(config);
        assertThat(config.withLayers(config.diffIds(), config.history())).isSameAs(config);
        assertThat(config.withHistory(config.history())).isSameAs(config);
      }
      ImageConfig windows = fixture("windows.json");
      assertThat(windows.withCreated(windows.created().orElseThrow())).isSameAs(windows);
    }

    @Test
    void keepsAbsentNullAndEmptyApart() throws IOException {
      for (String member : List.of("", "\"Cmd\":null", "\"Cmd\":[]", "\"Cmd\":[\"a\"]")) {
        ImageConfig config = parse("{\"config\":{" + member + "}}");
        assertThat(text(config.withAuthor("me")))
            .isEqualTo("{\"author\":\"me\",\"config\":{" + member + "}}");
        String comma = member.isEmpty() ? "" : "," + member;
        assertThat(text(config.withContainer(config.container().withUser("u"))))
            .isEqualTo("{\"config\":{\"User\":\"u\"" + comma + "}}");
      }
    }

    @Test
    void changesThePlatform() throws IOException {
      ImageConfig config = fixture("windows.json");
      ImageConfig linux = config.withPlatform(Platform.of("linux", "arm64", "v8"));
      assertThat(linux.platform()).isEqualTo(Platform.of("linux", "arm64", "v8"));
      assertThat(text(linux))
          .startsWith(
              "{\"architecture\":\"arm64\",\"variant\":\"v8\",\"os\":\"linux\",\"created\":");
      assertThat(linux.withPlatform(config.platform()).platform()).isEqualTo(config.platform());
    }

    @Test
    void takesMembersAway() throws IOException {
      ImageConfig config =
          parse("{\"created\":\"x\",\"z\":1.0,\"author\":\"a\"}").withoutAuthor().withoutCreated();
      assertThat(text(config)).isEqualTo("{\"z\":1.0}");
      assertThat(config.withoutAuthor()).isSameAs(config);
    }

    @Test
    void appendsOneStepPerLayer() throws IOException {
      ImageConfig config =
          fixture("buildkit.json")
              .append(DiffId.parse(B), History.createdBy(TIME, "RUN make"))
              .appendEmpty(History.createdBy(TIME, "CMD x").withComment("c"));
      assertThat(config.diffIds()).hasSize(3);
      assertThat(config.history()).hasSize(13);
      assertThat(config.layerHistory().findStepOf(2).orElseThrow().createdBy())
          .isEqualTo("RUN make");
      assertThat(text(config))
          .contains(
              "{\"created\":\"2026-01-02T03:04:05.6Z\",\"created_by\":\"RUN make\"},"
                  + "{\"created\":\"2026-01-02T03:04:05.6Z\",\"created_by\":\"CMD x\","
                  + "\"comment\":\"c\",\"empty_layer\":true}]");
      assertThat(config.violations()).isEmpty();
    }

    @Test
    void keepsUnknownMembersOfRootfsAndHistory() throws IOException {
      ImageConfig config =
          parse(
              "{\"rootfs\":{\"x\":1.50,\"diff_ids\":[\""
                  + A
                  + "\"],\"y\":null},\"history\":[{\"q\":1e3,\"empty_layer\":false}]}");
      assertThat(text(config.append(DiffId.parse(B), History.empty())))
          .isEqualTo(
              "{\"rootfs\":{\"x\":1.50,\"type\":\"layers\",\"diff_ids\":[\""
                  + A
                  + "\",\""
                  + B
                  + "\"],\"y\":null},\"history\":[{\"q\":1e3,\"empty_layer\":false},{}]}");
    }

    @Test
    void replacesLayersAndHistoryInStep() throws IOException {
      ImageConfig config = fixture("buildkit.json");
      ImageConfig squashed =
          config.withLayers(List.of(DiffId.parse(A)), List.of(History.createdBy(TIME, "squash")));
      assertThat(squashed.diffIds()).containsExactly(DiffId.parse(A));
      assertThat(squashed.history()).hasSize(1);
      assertThat(squashed.withLayers(config.diffIds(), config.history()).bytes())
          .isEqualTo(config.bytes());
    }

    @Test
    void refusesAHistoryThatDoesNotFit() {
      ImageConfig config = ImageConfig.of(Platform.of("linux", "amd64"));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> config.append(DiffId.parse(A), History.empty().withEmptyLayer(true)));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> config.withHistory(List.of(History.empty())));
      assertThatIllegalArgumentException()
          .isThrownBy(
              () ->
                  config.withLayers(
                      List.of(DiffId.parse(A)), List.of(History.empty(), History.empty())));
    }
  }

  @Nested
  class Verifying {
    @Test
    void listsAllThatIsWrong() throws IOException {
      ImageConfig config =
          parse(
              "{\"os\":\"\",\"created\":\"yesterday\",\"rootfs\":{\"type\":\"other\",\"diff_ids\":"
                  + "[\"blake3:"
                  + "0".repeat(64)
                  + "\"]},\"history\":[{},{\"created\":\"never\"}],"
                  + "\"config\":{\"Env\":[\"A=1\",\"=x\"],"
                  + "\"ExposedPorts\":{\"80/tcp\":{},\"80/x\":{}}}}");
      assertThat(config.violations())
          .extracting(Violation::where)
          .containsExactly(
              "/architecture",
              "/os",
              "/created",
              "/rootfs/type",
              "/rootfs/diff_ids/0",
              "/history",
              "/history/1/created",
              "/config/Env/1",
              "/config/ExposedPorts/80~1x");
      assertThatExceptionOfType(MalformedContentException.class)
          .isThrownBy(config::validate)
          .satisfies(
              e -> {
                assertThat(e.where()).isEqualTo("/architecture");
                assertThat(e)
                    .hasMessageStartingWith("test config, at /architecture: required")
                    .hasMessageContaining("at /history: too many non-empty layers: 2 entries for 1")
                    .hasMessageContaining("/config/ExposedPorts/80~1x");
              });
    }

    @Test
    void refusesTooManyNonEmptySteps() throws IOException {
      ImageConfig config = parse("{\"history\":[{},{\"empty_layer\":true},{}]}");
      assertThat(config.layerHistory().stepsWithoutLayer()).isEqualTo(2);
      assertThatExceptionOfType(MalformedContentException.class)
          .isThrownBy(config::requireLayerHistory)
          .satisfies(e -> assertThat(e.where()).isEqualTo("/history"))
          .withMessageContaining("too many non-empty layers");
    }
  }

  /** SN-C7: flags of history entries ({@code e} empty, {@code l} not), layers, expected pairs. */
  @ParameterizedTest
  @CsvSource({
    "'', 0, '', 0, 0",
    "'', 2, '', 2, 0",
    "l, 1, 0, 0, 0",
    "ll, 2, 01, 0, 0",
    "ele, 1, -0-, 0, 0",
    "elel, 2, -0-1, 0, 0",
    "lel, 3, 0-1, 1, 0",
    "eee, 1, ---, 1, 0",
    "ll, 1, 0-, 0, 1",
    "llel, 0, ----, 0, 3"
  })
  void pairsStepsWithLayers(String flags, int layers, String pairs, int withoutStep, int extra) {
    List<History> history =
        flags.chars().mapToObj(c -> History.empty().withEmptyLayer(c == 'e')).toList();
    LayerHistory paired = LayerHistory.of(history, layers);
    StringBuilder found = new StringBuilder();
    for (LayerHistory.Step step : paired.steps()) {
      OptionalInt layer = step.layer();
      found.append(layer.isPresent() ? Integer.toString(layer.getAsInt()) : "-");
    }
    assertThat(found).hasToString(pairs);
    assertThat(paired.layersWithoutStep()).isEqualTo(withoutStep);
    assertThat(paired.stepsWithoutLayer()).isEqualTo(extra);
    assertThat(paired.findStepOf(layers)).isEmpty();
  }
}
