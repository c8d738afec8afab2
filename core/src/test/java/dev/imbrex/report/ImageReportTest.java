package dev.imbrex.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.imbrex.build.HandMade;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.ReadOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Issue "A picture of an image": what the data of reports says. ReportIT looks at the pages. */
class ImageReportTest {
  private final ImageStore store = ImageStore.on(new MemoryStorage());

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private static JsonNode json(ImageReport report) throws IOException {
    return new ObjectMapper().readTree(report.data());
  }

  /** The paths of a report, read as its description says, with what is said of each. */
  private static Map<String, String> decoded(JsonNode data) {
    JsonNode table = data.get("paths");
    String[] names = table.get("names").asText().split("/", -1);
    List<String> paths = new ArrayList<>();
    List<String> way = new ArrayList<>(List.of(""));
    for (int i = 1, depth = 0; i < names.length; i++) {
      depth += 1 - table.get("up").get(i).asInt();
      way.subList(depth, way.size()).clear();
      way.add(way.get(depth - 1) + "/" + names[i]);
      paths.add(way.get(depth));
    }
    paths.add(0, "/");
    Map<String, String> said = new TreeMap<>();
    for (int i = 0; i < paths.size(); i++) {
      String type =
          table.get("kinds").get(table.get("kind").get(i).asInt()).asText().split(" ", -1)[0];
      said.put(
          paths.get(i),
          type
              + " "
              + table.get("size").get(i).asLong()
              + " by "
              + table.get("layer").get(i).asInt());
    }
    for (int layer = 0; layer < table.get("events").size(); layer++) {
      JsonNode events = table.get("events").get(layer);
      int place = 0;
      for (int k = 0; k < events.size(); ) {
        place += events.get(k++).asInt();
        int code = events.get(k++).asInt();
        String size = (code & 1 << 12) == 0 ? "" : "(" + events.get(k++).asLong() + ")";
        String event = " " + layer + "." + "?AMDSH".charAt(code & 7) + size;
        said.merge(paths.get(place), event, String::concat);
      }
    }
    return said;
  }

  /** By hand: what is added, changed, sent again, deleted, and hidden in its own layer. */
  @Test
  void tellsWhatEachLayerDid() throws IOException {
    Image image =
        HandMade.image(
            store,
            List.of("d/", "d/a:12345", "d/b:123", "l->d/a"),
            List.of("d/a:1", "d/b:123", "x:77", ".wh.d"),
            List.of(".wh.x", "d/a:1", "d/h=d/a"));
    Map<String, String> said = decoded(json(ImageReport.of(image)));
    assertThat(said.get("/d/a")).startsWith("f 1 by 2").contains(" 0.A(5)", " 1.M", " 2.");
    assertThat(said.get("/x")).isEqualTo("f 2 by -1 1.A 2.D");
    assertThat(said.get("/l")).isEqualTo("l 0 by 0 0.A");
    assertThat(said.get("/d/h")).isEqualTo("f 1 by 2 2.A");
    assertThat(said.get("/d/b")).isEqualTo("f 3 by 1 0.A 1.S");
    JsonNode links = json(ImageReport.of(image)).get("paths").get("links");
    assertThat(links.size()).isEqualTo(1);
    assertThat(links.get(0).size()).isEqualTo(2);
  }

  /** The second computation asks provenance and trees about every path ever named. */
  @Test
  void agreesWithTheTreesOfAllHeights() throws IOException {
    Random random = new Random(7);
    for (int round = 0; round < 20; round++) {
      Image image = randomImage(random);
      JsonNode data = json(ImageReport.of(image));
      Map<String, String> said = decoded(data);
      var provenance = image.provenance(ReadOptions.defaults());
      Map<String, String> expected = new TreeMap<>();
      for (String text : said.keySet()) {
        TreePath path = text.equals("/") ? TreePath.root() : TreePath.of(text);
        StringBuilder events = new StringBuilder();
        for (var event : provenance.paths().history(path)) {
          events.append(" ").append(event.layer()).append(".");
          events.append(
              switch (event.kind()) {
                case ADDED -> 'A';
                case MODIFIED -> 'M';
                case REPLACED -> 'S';
                case REMOVED, REMOVED_WITH_PARENT, REMOVED_BY_OPAQUE -> 'D';
              });
        }
        expected.put(text, provenance.paths().findLayer(path).orElse(-1) + events.toString());
      }
      said.replaceAll((path, text) -> withoutSizes(text));
      assertThat(said).isEqualTo(expected);
      List<String> paths =
          image
              .files()
              .walk()
              .map(entry -> entry.path().toString())
              .filter(p -> !p.equals("/"))
              .toList();
      assertThat(said.keySet()).containsAll(paths);
      long wasted = 0;
      for (int i = 2; i < data.get("wasted").size(); i += 3) {
        wasted += data.get("wasted").get(i).asLong();
      }
      assertThat(wasted).isEqualTo(provenance.wasted());
    }
  }

  private static String withoutSizes(String text) {
    return text.replaceAll("^. \\d+ by ", "").replaceAll("\\(\\d+\\)", "");
  }

  private Image randomImage(Random random) throws IOException {
    ImageBuilder builder = ImageBuilder.scratch(store, Platform.of("linux", "amd64"));
    for (int i = 0; i < 4; i++) {
      builder.layer(
          "step " + i,
          layer -> {
            for (int k = 0; k < 8; k++) {
              String path = "/" + (char) ('a' + random.nextInt(3)) + "/" + random.nextInt(4);
              if (random.nextInt(3) == 0) {
                layer.deleteIfExists(path);
              } else {
                layer.file(path, "x".repeat(random.nextInt(3)));
              }
            }
          });
    }
    return builder.build();
  }

  @Test
  void comparesTwoImages() throws IOException {
    Image base =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer("base", layer -> layer.file("/d/same", "1").file("/d/more", "1"))
            .build();
    Image one = ImageBuilder.from(base).layer("one", layer -> layer.file("/old", "12")).build();
    Image two =
        ImageBuilder.from(base)
            .layer("two", layer -> layer.file("/d/more", "123").file("/new", "1"))
            .user("u")
            .build();
    JsonNode data = json(ImageReport.comparing(one, two));
    Map<String, String> said = decoded(data);
    assertThat(said)
        .containsEntry("/d/same", "f 1 by 0")
        .containsEntry("/d/more", "f 3 by 1 0.M(1)")
        .containsEntry("/old", "f 2 by -1 0.D")
        .containsEntry("/new", "f 1 by 1 0.A");
    assertThat(data.get("shared").asInt()).isEqualTo(1);
    assertThat(data.get("sharedHistory").asInt()).isEqualTo(1);
    assertThat(data.get("settings").toString()).isEqualTo("[[\"User\",null,\"u\"]]");
  }

  @Test
  void tellsLayersHistoryAndConfig() throws IOException {
    Image base =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer("base", layer -> layer.file("/a", "123"))
            .build();
    Image image = ImageBuilder.from(base).label("k", "v").layer("top", l -> l.delete("/a")).build();
    JsonNode facts = json(ImageReport.of(image)).get("images").get(0);
    assertThat(facts.get("digest").asText()).isEqualTo(image.digest().toString());
    assertThat(facts.get("layers").get(0).get("payload").asLong()).isEqualTo(3);
    assertThat(facts.get("layers").get(0).get("wasted").asLong()).isEqualTo(3);
    assertThat(facts.get("layers").get(1).get("stored").asLong())
        .isEqualTo(image.layers().get(1).storedSize());
    JsonNode history = facts.get("history");
    assertThat(history.findValuesAsText("layer")).containsExactly("0", "-1", "1");
    assertThat(history.findValuesAsText("id"))
        .startsWith(base.id().toString())
        .endsWith(image.id().toString());
    assertThat(facts.get("settings").toString()).contains("[\"Labels.k\",\"v\"]");
    try (ImageStore other = ImageStore.on(new MemoryStorage())) {
      other.add(image);
      Image stranger = other.put(image.manifest(), image.config());
      assertThat(json(ImageReport.of(stranger)).get("images").get(0).get("config").asText())
          .isEqualTo(new String(image.config().bytes(), UTF_8));
    }
  }

  @Test
  void isTheSameEachTime(@TempDir Path directory) throws IOException {
    Image image = randomImage(new Random(1));
    StringBuilder text = new StringBuilder();
    ImageReport.of(image).writeTo(text);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ImageReport.of(image).writeTo(bytes);
    Path file = directory.resolve("image.html");
    Files.writeString(file, "old");
    ImageReport.of(image).writeTo(file);
    assertThat(bytes.toString(UTF_8)).isEqualTo(text.toString());
    assertThat(file).hasBinaryContent(bytes.toByteArray());
    try (Stream<Path> all = Files.list(directory)) {
      assertThat(all).containsExactly(file);
    }
  }

  /** The elements of the page are those of the template, whatever the image says. */
  @Test
  void letsNoTextBecomeMarkup() throws IOException {
    String attack = "</script><script>{{script}}<!--\u2028\u202e\ud800&lt;]]>";
    Image image =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer(attack.replace('\ud800', '!'), layer -> layer.file("/<\"&>\n\\", "1"))
            .label("<x>", "</title>")
            .build();
    StringBuilder page = new StringBuilder();
    ImageReport report = ImageReport.of(image, ReportOptions.defaults().withTitle(attack));
    report.writeTo(page);
    StringBuilder harmless = new StringBuilder();
    ImageReport.of(randomImage(new Random(1))).writeTo(harmless);
    for (String mark : List.of("<script", "</script", "<!--", "<title", "</title", "<x>")) {
      assertThat(page.toString().split(mark, -1))
          .describedAs(mark)
          .hasSameSizeAs(harmless.toString().split(mark, -1));
    }
    assertThat(page.toString()).doesNotContain("\u202e", "\u2028", "\ud800");
    assertThat(report.data()).doesNotContain("<", ">", "&");
    assertThat(json(report).get("title").asText())
        .isEqualTo("</script><script>{{script}}<!--\\u{2028}\\u{202e}\\u{d800}&lt;]]>");
    assertThat(json(report).get("paths").get("names").asText()).isEqualTo("/<\"&>\\x0a\\x5c");
  }

  @Test
  void listsNoMoreThanItMay() throws IOException {
    Image image =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer(layer -> layer.file("/a", "1").file("/b", "1"))
            .build();
    ReportOptions three = ReportOptions.defaults().withMaxPaths(3);
    assertThat(decoded(json(ImageReport.of(image, three)))).hasSize(3);
    assertThatThrownBy(() -> ImageReport.of(image, three.withMaxPaths(2)))
        .isInstanceOf(LimitExceededException.class)
        .hasMessageContaining("maxPaths");
    assertThatThrownBy(() -> three.withMaxPaths(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void canBeCancelledAndInterrupted() throws IOException {
    Image image = randomImage(new Random(1));
    Progress cancels =
        (name, bytes) -> {
          if (name.equals("List paths")) {
            throw new CancellationException();
          }
          return Progress.none().start(name, bytes);
        };
    ReportOptions options =
        ReportOptions.defaults().withReading(ReadOptions.defaults().withProgress(cancels));
    assertThatThrownBy(() -> ImageReport.of(image, options))
        .isInstanceOf(CancellationException.class);
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> ImageReport.of(image)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }
}
