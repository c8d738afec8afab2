package dev.imbrex.image;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.imbrex.build.HandMade;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.LayerLimits;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.Resolution;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of an image, and what is remembered of them (LC-E1). */
class ImageFilesTest {
  private static final Platform AMD64 = Platform.of("linux", "amd64");

  private final WatchedStorage storage = new WatchedStorage(new MemoryStorage());
  private final ImageStore store = ImageStore.on(storage.storage());

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private static Node node(FileTree tree, String path) {
    return tree.find(TreePath.of(path)).orElseThrow(() -> new AssertionError(path));
  }

  private static List<String> paths(FileTree tree) {
    return tree.walk().skip(1).map(entry -> entry.path().toString()).toList();
  }

  private static String text(FileTree tree, String path) throws IOException {
    try (InputStream in = ((Node.RegularFile) node(tree, path)).content().open()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  private static FileTree strict(Image image) throws IOException {
    return image.files(ReadOptions.defaults().withFindings(Findings.strict()));
  }

  /** LC-E19: they are files like others, and hidden on request. */
  @Test
  void hidesTheFilesOfStargzOnRequest() throws IOException {
    Image image =
        HandMade.image(
            store,
            List.of("a", ".prefetch.landmark", "stargz.index.json"),
            List.of("d/", "d/stargz.index.json", ".no.prefetch.landmark", "stargz.index.json"));
    assertThat(paths(image.files()))
        .contains("/.prefetch.landmark", "/.no.prefetch.landmark", "/stargz.index.json");
    ReadOptions hiding = ReadOptions.defaults().withStargzFiles(false);
    assertThat(paths(image.files(hiding))).containsExactly("/a", "/d", "/d/stargz.index.json");
    Image plain = HandMade.image(store, List.of("a"));
    assertThat(plain.files(hiding)).isSameAs(plain.files());
  }

  @Nested
  class Remembering {
    @Test
    void readsEachLayerOnce() throws IOException {
      Image image = HandMade.image(store, List.of("a", "d/", "d/b"), List.of("d/c", ".wh.a"));
      FileTree files = image.files();
      assertThat(image.files()).isSameAs(files);
      assertThat(store.load(image.descriptor()).files()).isSameAs(files);
      assertThat(ImageStore.of(image).load(image.descriptor()).files()).isSameAs(files);
      assertThat(image.layers()).allMatch(layer -> storage.countOpened(layer) == 1);
      assertThat(paths(files)).containsExactly("/d", "/d/b", "/d/c");
      assertThat(text(files, "d/c")).isEqualTo("d/c");
    }

    @Test
    void readsAFileInTheMiddleOfALayerWithoutReadingAllBeforeIt() throws IOException {
      byte[] large = new byte[3 << 20];
      new Random(1).nextBytes(large);
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
              .layerOptions(LayerOptions.defaults().withCompression(Compression.GZIP))
              .layer(layer -> layer.file("/a", Content.of(large)).file("/b", "second"))
              .build();
      Image loaded = ImageStore.on(storage.storage()).load(image.descriptor());
      int before = storage.countOpened(loaded.layers().get(0));

      assertThat(text(loaded.files(), "b")).isEqualTo("second");

      assertThat(loaded.layers().get(0).isPlain()).isFalse();
      assertThat(storage.countOpened(loaded.layers().get(0))).isEqualTo(before + 1);
    }

    @Test
    void readsAnewInAnotherStore() throws IOException {
      Image image = HandMade.image(store, List.of("a"));
      FileTree files = image.files();
      FileTree other = ImageStore.on(storage.storage()).load(image.descriptor()).files();
      assertThat(other).isEqualTo(files).isNotSameAs(files);
      assertThat(storage.countOpened(image.layers().get(0))).isEqualTo(2);
    }

    /** LC-E9: the base is one tree, so comparing its children costs what differs. */
    @Test
    void sharesTheNodesOfACommonBase() throws IOException {
      Image base = HandMade.image(store, List.of("usr/", "usr/a", "usr/b=usr/a", "etc/", "etc/c"));
      Image one = ImageBuilder.from(base).layer(layer -> layer.file("/etc/one", "1")).build();
      Image two = ImageBuilder.from(base).layer(layer -> layer.file("/etc/two", "2")).build();
      assertThat(node(one.files(), "usr"))
          .isSameAs(node(two.files(), "usr"))
          .isSameAs(node(base.files(), "usr"));
      assertThat(node(one.files(), "etc/c")).isSameAs(node(two.files(), "etc/c"));
      assertThat(storage.countOpened(base.layers().get(0))).isEqualTo(1);
    }

    /** LC-D5. */
    @Test
    void appliesALayerEachTimeItOccurs() throws IOException {
      Layer adds = HandMade.layer(store, "d/", "d/a");
      Layer removes = HandMade.layer(store, ".wh.d");
      Image image =
          ImageBuilder.scratch(store, AMD64)
              .layer("add", adds)
              .layer("remove", removes)
              .layer("add again", adds)
              .build();
      assertThat(image.layers()).hasSize(3);
      assertThat(paths(image.files())).containsExactly("/d", "/d/a");
      assertThat(storage.countOpened(adds)).isEqualTo(1);
      image.verify();
      assertThat(paths(Layer.filesOf(image.layers().subList(0, 2)))).isEmpty();
    }

    @Test
    void forgetsWhatWasNotUsedForLongest() throws IOException {
      // Each image counts for 6: two entries in an index and in a tree, and one for each of these.
      try (ImageStore small = ImageStore.on(storage.storage(), Clock.systemUTC(), 9)) {
        List<Image> images = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
          images.add(HandMade.image(small, List.of(name + "1", name + "2")));
        }
        images.get(0).files();
        images.get(1).files();
        images.get(0).files();
        images.get(2).files();
        FileTree first = images.get(0).files();
        assertThat(images.get(0).files()).isSameAs(first);
        assertThat(opened(images)).containsExactly(1, 1, 1);
        images.get(1).files();
        assertThat(opened(images)).containsExactly(1, 2, 1);
      }
    }

    private List<Integer> opened(List<Image> images) {
      return images.stream().map(image -> storage.countOpened(image.layers().get(0))).toList();
    }

    @Test
    void remembersNothingIfToldSo() throws IOException {
      ImageStore none = ImageStore.on(storage.storage(), Clock.systemUTC(), 0);
      Image image = HandMade.image(none, List.of("a"));
      assertThat(image.files()).isEqualTo(image.files());
      assertThat(storage.countOpened(image.layers().get(0))).isEqualTo(2);
      assertThatThrownBy(() -> ImageStore.on(storage.storage(), Clock.systemUTC(), -1))
          .isInstanceOf(IllegalArgumentException.class);
    }

    /** LC-B79, LC-D9: nothing is remembered of a layer that is not what it should be. */
    @Test
    void failsEachTimeIfALayerIsNotWhatItShouldBe() throws IOException {
      Image image = HandMade.image(store, List.of("a"));
      Layer layer = image.layers().get(0);
      storage.replace(layer, HandMade.layer(store, "b"));
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(image::files).isInstanceOf(DigestMismatchException.class);
        assertThatThrownBy(image::verify).isInstanceOf(DigestMismatchException.class);
      }
      storage.replace(layer, layer);
      assertThat(paths(image.files())).containsExactly("/a");
    }
  }

  /** LC-M10, LC-C41. */
  @Nested
  class Reporting {
    @Test
    void reportsEachTimeWithLayerEntryAndPath() throws IOException {
      Image image =
          HandMade.image(store, List.of("d/", "l->d"), List.of("z"), List.of("l/x", "z/y"));
      image.files();
      for (int i = 0; i < 2; i++) {
        Findings findings = Findings.tolerant();
        FileTree files = image.files(ReadOptions.defaults().withFindings(findings));
        assertThat(paths(files)).containsExactly("/d", "/d/x", "/l", "/z", "/z/y");
        assertThat(findings.all())
            .extracting(Finding::code, Finding::layer, Finding::entry, f -> "" + f.path())
            .containsExactly(
                tuple(Finding.Code.SYMLINK_AS_PARENT, 2, 0L, "/l/x"),
                tuple(Finding.Code.REPLACED_ANCESTOR, 2, 1L, "/z/y"));
      }
    }

    @Test
    void failsAtTheFirstFindingIfStrict() throws IOException {
      Image fine = HandMade.image(store, List.of("d/", "l->d"));
      Image image = ImageBuilder.from(fine).layer("x", HandMade.layer(store, "l/x")).build();
      image.files();
      assertThat(strict(fine)).isSameAs(fine.files());
      assertThatThrownBy(() -> strict(image))
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining("layer 1")
          .hasMessageContaining("/l/x")
          .hasMessageContaining("SYMLINK_AS_PARENT");
    }

    /** LC-B1. */
    @Test
    void reportsACompressionThatIsNotTheDeclaredOne() throws IOException {
      Image image = HandMade.image(store, List.of("a"));
      Layer gzip = image.layers().get(0);
      Layer declaredPlain =
          Layer.of(
              storage.storage(),
              gzip.descriptor().withMediaType(MediaType.OCI_LAYER),
              gzip.diffId());
      Image wrong = ImageBuilder.scratch(store, AMD64).layer("x", declaredPlain).build();
      Findings findings = Findings.tolerant();
      assertThat(wrong.files(ReadOptions.defaults().withFindings(findings)))
          .isEqualTo(image.files());
      assertThat(findings.count(Finding.Code.COMPRESSION_MISMATCH)).isEqualTo(1);
    }
  }

  /** LC-C31, LC-C33, LC-F19. */
  @Nested
  class Limits {
    @Test
    void holdAtTheirValueAndFailBeyond() throws IOException {
      Image image = HandMade.image(store, List.of("a", "b"), List.of("c"));
      long bytes = 0;
      for (Layer layer : image.layers()) {
        bytes += store.sizes(layer).tar();
      }
      ImageLimits exact =
          ImageLimits.defaults().withLayers(2).withEntries(3).withUncompressedBytes(bytes);
      for (int i = 0; i < 2; i++) {
        check(image, exact, "");
        check(image, exact.withLayers(1), "layers");
        check(image, exact.withEntries(2), "entries");
        check(image, exact.withUncompressedBytes(bytes - 1), "uncompressedBytes");
        // What was read within other limits does not count.
        LayerLimits layer = LayerLimits.defaults();
        check(image, exact.withLayer(layer.withEntries(1)), "entries");
        // A directory has what all layers gave it.
        check(image, exact.withLayer(layer.withDirectoryEntries(3)), "");
        check(image, exact.withLayer(layer.withDirectoryEntries(2)), "directoryEntries");
        image.files();
      }
      assertThatThrownBy(() -> exact.withEntries(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    private void check(Image image, ImageLimits limits, String exceeded) throws IOException {
      ReadOptions options = ReadOptions.defaults().withLimits(limits);
      if (exceeded.isEmpty()) {
        assertThat(image.files(options)).isEqualTo(image.files());
      } else {
        assertThatThrownBy(() -> image.files(options))
            .isInstanceOfSatisfying(
                LimitExceededException.class, e -> assertThat(e.limit()).isEqualTo(exceeded));
      }
    }

    @Test
    void areThoseOfTheSpecificationUnlessTold() {
      assertThat(ImageLimits.defaults())
          .isEqualTo(new ImageLimits(LayerLimits.defaults(), 512, 4_000_000, 137_438_953_472L));
    }
  }

  @Nested
  class Watching {
    private final List<String> started = new ArrayList<>();
    private final AtomicLong promised = new AtomicLong();
    private final AtomicLong done = new AtomicLong();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong open = new AtomicLong();
    private long allowed = Long.MAX_VALUE;

    private final Progress progress =
        (name, bytes) -> {
          started.add(name);
          promised.addAndGet(bytes);
          open.incrementAndGet();
          return new Progress.Task() {
            @Override
            public void advance(long more) {
              done.addAndGet(more);
              if (calls.incrementAndGet() > allowed) {
                throw new CancellationException("stop");
              }
            }

            @Override
            public void close() {
              open.decrementAndGet();
            }
          };
        };

    @Test
    void tellsTheBytesOfEachLayerThatIsRead() throws IOException {
      Image image = HandMade.image(store, List.of("a", "b"), List.of("c"));
      ReadOptions options = ReadOptions.defaults().withProgress(progress);
      image.files(options);
      assertThat(started.stream().filter(name -> name.startsWith("Read layer sha256:"))).hasSize(2);
      assertThat(started.stream().filter(name -> name.startsWith("Apply"))).hasSize(2);
      assertThat(done).hasValue(image.storedSize());
      assertThat(promised).hasValue(image.storedSize());
      image.files(options);
      assertThat(started).hasSize(4);
      image.verify(progress);
      assertThat(done).hasValue(2 * image.storedSize());
      assertThat(open).hasValue(0);
    }

    /** LC-B80: little that is stored may be much to read. */
    @Test
    void canBeStoppedInsideALargeFile() throws IOException {
      Image image =
          ImageBuilder.scratch(store, AMD64)
              .layer(layer -> layer.file("/zeros", new byte[32 << 20]))
              .build();
      image.files(ReadOptions.defaults().withProgress(progress));
      assertThat(calls.get()).isGreaterThan(32);
      Image same = ImageStore.on(storage.storage()).load(image.descriptor());
      allowed = calls.get() + 8;
      assertThatThrownBy(() -> same.files(ReadOptions.defaults().withProgress(progress)))
          .isExactlyInstanceOf(CancellationException.class);
      assertThat(calls).hasValue(allowed + 1);
      assertThat(open).hasValue(0);
    }
  }

  /** LC-B31: both ways of applying layers are remembered apart, and reach the disk. */
  @Test
  void appliesLayersAsOverlayEnginesDoOnRequest(@TempDir Path directory) throws IOException {
    Image image = HandMade.image(store, List.of("d/", "d/x", "l->d"), List.of("l/y"));
    ReadOptions overlay = ReadOptions.defaults().withResolution(Resolution.OVERLAY);
    for (int i = 0; i < 2; i++) {
      assertThat(paths(image.files())).containsExactly("/d", "/d/x", "/d/y", "/l");
      assertThat(paths(image.files(overlay))).containsExactly("/d", "/d/x", "/l", "/l/y");
    }
    assertThat(paths(image.provenance(overlay).paths().files()))
        .isEqualTo(paths(image.files(overlay)));
    Path target = directory.resolve("target");
    image.extractTo(target, ExtractOptions.untrusted(), overlay);
    assertThat(target.resolve("l")).isDirectory();
    assertThat(target.resolve("d/y")).doesNotExist();
    assertThatThrownBy(() -> image.files(overlay.withFindings(Findings.strict())))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("SYMLINK_AS_PARENT");
  }
}
