package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Layer;
import dev.imbrex.image.ReadOptions;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.layer.TimePolicy;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.config.History;
import dev.imbrex.manifest.config.ImageConfig;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import dev.imbrex.testing.ImbrexExtension;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class ImageSquashTest {
  @RegisterExtension private final ImbrexExtension imbrex = new ImbrexExtension();

  private final ImageStore store = imbrex.store();

  private Image image() throws IOException {
    return ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
        .created(Instant.ofEpochSecond(100))
        .env("A", "1")
        .layer("one", layer -> layer.file("/d/a", "a").file("/d/b", "b").file("/keep", "k"))
        .created(Instant.ofEpochSecond(200))
        .label("l", "x")
        .layer("two", layer -> layer.delete("/d/a").hardLink("/d/c", "/d/b").file("/two", "2"))
        .created(Instant.ofEpochSecond(300))
        .layer("three", layer -> layer.delete("/d/b").delete("/two").file("/keep", "new"))
        .cmd("/keep")
        .build();
  }

  private static List<String> told(Image image) {
    return image.config().history().stream()
        .map(entry -> (entry.isEmptyLayer() ? "-" : "+") + entry.createdBy())
        .toList();
  }

  private static String text(FileTree tree, String path) throws IOException {
    Node node = tree.find(TreePath.of(path)).orElseThrow(() -> new AssertionError(path));
    try (InputStream in = ((Node.RegularFile) node).content().open()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  /** Two trees alike in all but where their contents lie, which is compared byte by byte. */
  private static void assertSameFiles(Image actual, Image expected) throws IOException {
    assertThat(listing(actual.files())).isEqualTo(listing(expected.files()));
  }

  private static List<String> listing(FileTree tree) throws IOException {
    List<String> lines = new ArrayList<>();
    for (FileTree.Entry entry : tree.walk().toList()) {
      String content =
          entry.node() instanceof Node.RegularFile ? text(tree, entry.path().toString()) : "";
      lines.add(
          entry.path() + " " + entry.node() + " " + content + " " + tree.linksOf(entry.path()));
    }
    return lines;
  }

  private static List<LayerEntry> entries(Image image, int layer) throws IOException {
    return image.entries(layer, ReadOptions.defaults());
  }

  /** LC-E4, LC-E8, LC-B45, LC-F10. */
  @Nested
  class Whole {
    @Test
    void hasOneLayerWithTheFilesOfAllAndNoWhiteouts() throws IOException {
      Image image = image();
      Image squashed = ImageSquash.of(image).build();
      assertThat(squashed.layers()).hasSize(1);
      assertSameFiles(squashed, image);
      assertThat(entries(squashed, 0))
          .hasSize((int) image.files().count())
          .allMatch(e -> e instanceof LayerEntry.Present || e instanceof LayerEntry.Link);
      assertThat(text(squashed.files(), "/d/c")).isEqualTo("b");
      squashed.verify();
    }

    /** LC-E4: whichever layers the names came from, the first one in order is the full one. */
    @Test
    void keepsLinkGroupsAcrossLayers() throws IOException {
      Image image =
          HandMade.image(
              store, List.of("d/", "d/z:text"), List.of("d/m=d/z"), List.of("a=d/m", "d/.wh.z"));
      Image squashed = ImageSquash.of(image).build();
      assertThat(entries(squashed, 0).stream().map(ImageSquashTest::shown))
          .containsExactly("Present /a", "Present /d", "Link /d/m to /a");
      assertSameFiles(squashed, image);
    }

    @Test
    void keepsConfigAndEmptyHistory() throws IOException {
      Image image = image();
      Image squashed = ImageSquash.of(image).build();
      assertThat(told(image))
          .containsExactly("-ENV A=1", "+one", "-LABEL l=x", "+two", "+three", "-CMD [\"/keep\"]");
      assertThat(told(squashed))
          .containsExactly("-ENV A=1", "-LABEL l=x", "+squash 3 layers", "-CMD [\"/keep\"]");
      assertThat(squashed.config().history().get(2).created()).contains(Instant.ofEpochSecond(300));
      assertThat(squashed.config().container()).isEqualTo(image.config().container());
      assertThat(squashed.config().created()).isEqualTo(image.config().created());
      assertThat(squashed.config().violations()).isEmpty();
      assertThat(squashed.config().diffIds()).containsExactly(squashed.layers().get(0).diffId());
      assertThat(store.history(squashed)).hasSize(4);
    }

    @Test
    void canLeaveOutEmptyHistory() throws IOException {
      Image squashed = ImageSquash.of(image()).keepEmptyHistory(false).createdBy("flat").build();
      assertThat(told(squashed)).containsExactly("+flat");
    }

    @Test
    void liesUponNothing() throws IOException {
      Image image = image();
      Image squashed = ImageSquash.of(image).build();
      assertThat(store.parent(squashed)).isEmpty();
      assertThat(store.parent(image)).isPresent();
      assertThat(store.heads()).contains(image, squashed);
    }

    @Test
    void saysNoLongerThatItLiesUponABase() throws IOException {
      Image base = image();
      Image image =
          ImageBuilder.from(base)
              .layer(layer -> layer.file("/x", "x"))
              .annotation("org.opencontainers.image.base.name", "docker.io/library/base:1")
              .annotation("org.opencontainers.image.base.digest", base.digest().toString())
              .annotation("kept", "yes")
              .build();
      assertThat(ImageSquash.of(image).build().manifest().annotations()).containsOnlyKeys("kept");
      assertThat(ImageSquash.of(image).layers(1, 4).build().manifest().annotations()).hasSize(3);
    }

    /** LC-D10: the bytes are a function of the tree, however it came about. */
    @Test
    void hasTheSameBytesWhateverLayersTheFilesCameFrom() throws IOException {
      Image one = HandMade.image(store, List.of("a", "d/", "d/b"), List.of("d/c"));
      Image two =
          HandMade.image(store, List.of("d/", "d/b", "d/x"), List.of("d/.wh.x", "d/c", "a"));
      Image three = ImageSquash.of(two).build();
      DiffId diffId = ImageSquash.of(one).build().layers().get(0).diffId();
      assertThat(three.layers().get(0).diffId()).isEqualTo(diffId);
      // And squashed once more, it stays.
      assertThat(ImageSquash.of(three).build()).isEqualTo(three);
    }

    /** LC-M5: files keep the times they have, which may be finer than seconds. */
    @Test
    void keepsTimesToTheNanosecond() throws IOException {
      Instant fine = Instant.ofEpochSecond(5, 7);
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layerOptions(LayerOptions.defaults().withTimes(TimePolicy.nanos()))
              .layer(l -> l.file("/f", Content.text("f"), Metadata.forFile().withMtime(fine)))
              .layer(l -> l.file("/g", "g"))
              .build();
      Image squashed = ImageSquash.of(image).build();
      assertThat(squashed.files().find(TreePath.of("f")).orElseThrow().metadata().mtime())
          .isEqualTo(fine);
    }
  }

  private static String shown(LayerEntry entry) {
    return entry.getClass().getSimpleName()
        + " "
        + entry.path()
        + (entry instanceof LayerEntry.Link link ? " to " + link.target() : "");
  }

  /** LC-E5 to LC-E8. */
  @Nested
  class Range {
    @Test
    void carriesOverTheLayersBelowAndAbove() throws IOException {
      Image base = image();
      Image image =
          ImageBuilder.from(base)
              .layer("four", layer -> layer.file("/d/x", "x").deleteIfExists("/keep"))
              .layer("five", layer -> layer.delete("/d/x").file("/keep", "again"))
              .env("B", "2")
              .layer("six", layer -> layer.file("/six", "6"))
              .build();
      Image squashed = ImageSquash.of(image).layers(3, 5).build();
      assertThat(squashed.layers()).hasSize(5);
      assertThat(squashed.layers().subList(0, 3)).isEqualTo(base.layers());
      assertThat(squashed.layers().get(4)).isEqualTo(image.layers().get(5));
      assertSameFiles(squashed, image);
      assertThat(told(squashed).subList(0, 6)).isEqualTo(told(base));
      assertThat(told(squashed).subList(6, 9))
          .containsExactly("+squash 2 layers", "-ENV B=2", "+six");
      // What it lies upon is known, and the image that was squashed is not needed for it.
      assertThat(store.parent(squashed)).contains(base);
      assertThat(entries(squashed, 3).stream().map(ImageSquashTest::shown))
          .containsExactly("Present /d", "Removal /d/x", "Present /keep");
    }

    @Test
    void takesFilesOfTheLayersBelowWhereLinksWantThem() throws IOException {
      Image image =
          HandMade.image(
              store, List.of("a:text", "b:other"), List.of("c=a"), List.of("d=c", "a:new"));
      Image squashed = ImageSquash.of(image).layers(1, 3).build();
      assertSameFiles(squashed, image);
      assertThat(entries(squashed, 1).stream().map(ImageSquashTest::shown))
          .containsExactly("Present /a", "Present /c", "Link /d to /c");
    }

    @Test
    void canBeOneLayerOrNoneAndIsThenTheImage() throws IOException {
      Image image = image();
      assertThat(ImageSquash.of(image).layers(1, 2).build()).isEqualTo(image);
      assertThat(ImageSquash.of(image).layers(3, 3).build()).isEqualTo(image);
      assertThatThrownBy(() -> ImageSquash.of(image).layers(1, 4))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  /** LC-D6: what the history lacks or has too much does not move it from its layers. */
  @Nested
  class Histories {
    private Image withHistory(History... history) throws IOException {
      Image image = HandMade.image(store, List.of("a"), List.of("b"), List.of("c"));
      ImageConfig config = image.config().withLayers(image.config().diffIds(), List.of(history));
      return store.put(
          image
              .manifest()
              .withConfig(Descriptor.of(image.manifest().config().mediaType(), config.bytes())),
          config);
    }

    private History entry(String text) {
      return History.empty().withCreatedBy(text);
    }

    @Test
    void mayBeAbsentOrTooShort() throws IOException {
      Image none = withHistory();
      assertThat(told(ImageSquash.of(none).build())).containsExactly("+squash 3 layers");
      assertThat(told(ImageSquash.of(none).layers(0, 2).build()))
          .containsExactly("+squash 2 layers", "+");
      Image shorter = withHistory(entry("a"), entry("x").withEmptyLayer(true));
      assertThat(told(ImageSquash.of(shorter).layers(1, 3).build()))
          .containsExactly("+a", "-x", "+squash 2 layers");
    }

    @Test
    void mayBeTooLong() throws IOException {
      Image image = HandMade.image(store, List.of("a"), List.of("b"));
      String json = new String(image.config().bytes(), UTF_8);
      int at = json.indexOf("\"history\":[") + "\"history\":[".length();
      String longer = json.substring(0, at) + "{\"created_by\":\"0\"}," + json.substring(at);
      ImageConfig config = ImageConfig.parse(longer.getBytes(UTF_8), "longer");
      Image tooLong =
          store.put(
              image
                  .manifest()
                  .withConfig(Descriptor.of(image.manifest().config().mediaType(), config.bytes())),
              config);
      assertThat(told(tooLong)).containsExactly("+0", "+layer 0", "+layer 1");
      Image squashed = ImageSquash.of(tooLong).build();
      assertThat(told(squashed)).containsExactly("+squash 2 layers", "-layer 1");
      assertThat(squashed.config().violations()).isEmpty();
    }
  }

  @Test
  void reportsAndRefusesAsTheOptionsSay() throws IOException {
    Image image = HandMade.image(store, List.of("d/", "l->d"), List.of("a"), List.of("l/x"));
    Findings findings = Findings.tolerant();
    ReadOptions options = ReadOptions.defaults().withFindings(findings);
    Image squashed = ImageSquash.of(image).layers(1, 3).readOptions(options).build();
    assertSameFiles(squashed, image);
    assertThat(findings.all()).hasSize(1).allMatch(f -> f.layer() == 2);
    assertThatThrownBy(
            () ->
                ImageSquash.of(image)
                    .readOptions(ReadOptions.defaults().withFindings(Findings.strict()))
                    .build())
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("layer 2");
  }

  /** LC-B80: also inside a file; nothing of the new layer is left. */
  @Test
  void canBeStoppedAndTellsHowFarItIs() throws IOException {
    Image image = HandMade.image(store, List.of("a:" + "x".repeat(8 << 20)), List.of("b"));
    Map<String, Long> told = new TreeMap<>();
    long[] allowed = {Long.MAX_VALUE};
    Progress progress =
        (name, bytes) -> {
          String task = name.replaceAll("sha256:.*", "").strip();
          return new Progress.Task() {
            @Override
            public void advance(long more) {
              if (told.merge(task, more, Long::sum) > allowed[0] && task.equals("Write layer")) {
                throw new CancellationException("stop");
              }
            }

            @Override
            public void close() {
              told.merge("ended", 1L, Long::sum);
            }
          };
        };
    ReadOptions options = ReadOptions.defaults().withProgress(progress);
    long blobs = store.storage().blobs().size();
    allowed[0] = 3 << 20;
    assertThatThrownBy(() -> ImageSquash.of(image).readOptions(options).build())
        .isExactlyInstanceOf(CancellationException.class);
    assertThat(told.get("Write layer")).isBetween(3L << 20, 4L << 20);
    assertThat(store.storage().blobs()).hasSize((int) blobs);
    allowed[0] = Long.MAX_VALUE;
    told.clear();
    ImageSquash.of(image).readOptions(options).build();
    assertThat(told)
        .containsEntry("Read files of 2 layers", (8L << 20) + 1)
        .containsEntry("Write layer", (8L << 20) + 1)
        .containsEntry("ended", 5L); // and two layers applied, and the trees compared
  }

  /** Many files of compressed layers, in another order than theirs, into another store. */
  @Test
  void readsEachCompressedLayerInOnePass(@TempDir Path directory) throws IOException {
    List<String> files = new ArrayList<>();
    for (int i = 999; i >= 0; i--) {
      files.add("f%03d:%s".formatted(i, ("text " + i + " ").repeat(100)));
    }
    Image image = HandMade.image(store, files, List.of("f500:new", "g"));
    try (ImageStore layout = ImageStore.on(LayoutStorage.create(directory.resolve("layout")))) {
      Image squashed = ImageSquash.of(image).in(layout).build();
      assertSameFiles(squashed, image);
      Layer layer = squashed.layers().get(0);
      assertThat(layer.descriptor().digest()).isNotEqualTo(layer.diffId().digest());
      assertThat(layout.find(squashed.digest().toString())).contains(squashed);
    }
  }
}
