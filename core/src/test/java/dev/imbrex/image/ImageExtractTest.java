package dev.imbrex.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.HandMade;
import dev.imbrex.build.ImageBuilder;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.disk.ExtractionReport;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writing the files of an image to a directory. */
class ImageExtractTest {
  private static final ExtractOptions OPTIONS = ExtractOptions.untrusted();

  @TempDir Path directory;

  private final WatchedStorage storage = new WatchedStorage(new MemoryStorage());
  private final ImageStore store = ImageStore.on(storage.storage());

  @AfterEach
  void close() throws IOException {
    store.close();
  }

  private static List<String> paths(Path root) throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      return files.skip(1).map(file -> root.relativize(file).toString()).sorted().toList();
    }
  }

  /** LC-E2, LC-B45: what no layer shows any more never comes to the disk. */
  @Test
  void writesEachVisibleFileOnce() throws IOException {
    Image image =
        HandMade.image(
            store,
            List.of("a:old", "d/", "d/b", "d/c=d/b", "e/", "e/f", "hidden"),
            List.of("a:new", ".wh.hidden", "e/.wh..wh..opq", "l->a"),
            List.of(".wh.none"));
    Path target = directory.resolve("root");
    ExtractionReport report = image.extractTo(target, OPTIONS);
    assertThat(paths(target)).containsExactly("a", "d", "d/b", "d/c", "e", "l");
    assertThat(target.resolve("a")).hasContent("new");
    assertThat(target.resolve("l")).isSymbolicLink();
    assertThat(Files.isSameFile(target.resolve("d/b"), target.resolve("d/c"))).isTrue();
    assertThat(report.files()).isEqualTo(2);
    // Once, for what it says and for its files.
    assertThat(image.layers().stream().map(storage::countOpened)).containsExactly(1, 1, 1);
    assertThat(paths(directory)).startsWith("root").noneMatch(name -> name.contains("imbrex"));
  }

  /** A link shows what a layer above hides at its own place; only that is read again. */
  @Test
  void readsOnlyAPartOfALayerAgain() throws IOException {
    byte[] noise = new byte[9 << 20];
    new Random(1).nextBytes(noise);
    Image base =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layerOptions(options -> options.withCompression(Compression.GZIP))
            .layer(
                layer -> {
                  for (int i = 0; i < 9; i++) {
                    byte[] part = Arrays.copyOfRange(noise, i << 20, (i + 1) << 20);
                    layer.file("/file" + i, Content.of(part));
                  }
                  layer.hardLink("/link", "/file4");
                })
            .build();
    Image image =
        ImageBuilder.from(base).layer(layer -> layer.file("/file4", Content.text("new"))).build();
    // Another store remembers nothing.
    Image unread = ImageStore.on(store.storage()).load(image.descriptor());
    Path target = directory.resolve("root");
    storage.forget();

    unread.extractTo(target, OPTIONS);

    assertThat(target.resolve("file4")).hasContent("new");
    assertThat(target.resolve("link"))
        .hasBinaryContent(Arrays.copyOfRange(noise, 4 << 20, 5 << 20));
    Layer lowest = unread.layers().get(0);
    assertThat(storage.countOpened(lowest)).isEqualTo(1);
    assertThat(storage.countPartBytes(lowest)).isBetween(1L, lowest.descriptor().size() / 2);
  }

  /** To decompress is most of the work, and one layer keeps but one processor busy. */
  @Test
  void opensTheLayerBelowWhileOneIsRead() throws IOException {
    Image image = HandMade.image(store, List.of("a:1", "b:1"), List.of("b:2"), List.of("c:3"));
    storage.hold(image.layers().get(2), image.layers().get(1));
    storage.hold(image.layers().get(1), image.layers().get(0));
    Path target = directory.resolve("root");
    image.extractTo(target, OPTIONS.withParallelism(2));
    assertThat(paths(target)).containsExactly("a", "b", "c");
    assertThat(target.resolve("b")).hasContent("2");
    assertThat(image.layers().stream().map(storage::countOpened)).containsExactly(1, 1, 1);
    assertThat(storage.countClosed()).isGreaterThanOrEqualTo(3);
  }

  /** What is wrong with a layer is told when it is its turn, and no thread stays behind. */
  @Test
  void forgetsTheLayerBelowIfOneIsWrong() throws IOException {
    Image image = HandMade.image(store, List.of("a:1"), List.of("b:2"), List.of("c:3"));
    storage.replace(image.layers().get(2), HandMade.layer(store, "c:wrong"));
    storage.replace(image.layers().get(1), HandMade.layer(store, "b:wrong"));
    Path target = directory.resolve("root");
    assertThatThrownBy(() -> image.extractTo(target, OPTIONS.withParallelism(2)))
        .isInstanceOf(DigestMismatchException.class);
    assertThat(directory).isEmptyDirectory();
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("imbrex-read"));
  }

  /** LC-B79: also if what the layer says was remembered from before it changed. */
  @Test
  void leavesNothingIfALayerIsNotWhatItShouldBe() throws IOException {
    Image image = HandMade.image(store, List.of("a:text"), List.of("b"));
    Layer low = image.layers().get(0);
    storage.replace(low, HandMade.layer(store, "a:tale"));
    Path target = directory.resolve("root");
    assertThatThrownBy(() -> image.extractTo(target, OPTIONS))
        .isInstanceOf(DigestMismatchException.class);
    assertThat(directory).isEmptyDirectory();
    storage.replace(low, low);
    image.files();
    storage.replace(low, HandMade.layer(store, "a:tale"));
    assertThatThrownBy(() -> image.extractTo(target, OPTIONS))
        .isInstanceOf(DigestMismatchException.class);
    storage.replace(low, HandMade.layer(store, "b:text"));
    assertThatThrownBy(() -> image.extractTo(target, OPTIONS)).isInstanceOf(IOException.class);
    assertThat(directory).isEmptyDirectory();
    storage.replace(low, low);
    image.extractTo(target, OPTIONS);
    assertThat(paths(target)).containsExactly("a", "b");
  }

  @Test
  void leavesNothingIfALayerCannotBeApplied() throws IOException {
    Image image = HandMade.image(store, List.of("a"), List.of("b=missing"));
    assertThatThrownBy(() -> image.extractTo(directory.resolve("root"), OPTIONS))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("layer 1");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void leavesWhatIsAtTheTarget() throws IOException {
    Image image = HandMade.image(store, List.of("a"));
    Path mine = Files.writeString(directory.resolve("mine"), "mine");
    assertThatThrownBy(() -> image.extractTo(directory, OPTIONS))
        .isInstanceOf(FileAlreadyExistsException.class);
    assertThat(paths(directory)).containsExactly("mine");
    assertThat(mine).hasContent("mine");
  }

  /** LC-B80. */
  @Test
  void tellsOfReadingAndWritingAndCanBeStopped() throws IOException {
    Image image = HandMade.image(store, List.of("a:" + "x".repeat(3 << 20)), List.of("b"));
    List<String> told = new ArrayList<>();
    long[] written = new long[1];
    boolean[] stop = new boolean[1];
    Progress progress =
        (name, bytes) -> {
          told.add(name.replaceAll(" .*", "") + (name.startsWith("Write") ? " " + bytes : ""));
          return new Progress.Task() {
            @Override
            public void advance(long bytes) {
              if (name.startsWith("Write")) {
                written[0] += bytes;
                if (stop[0] && written[0] > 1 << 20) {
                  throw new CancellationException("stop");
                }
              }
            }

            @Override
            public void close() {}
          };
        };
    ReadOptions reading = ReadOptions.defaults().withProgress(progress);
    image.extractTo(directory.resolve("one"), OPTIONS, reading);
    long size = image.files().size();
    assertThat(told).containsExactly("Read", "Write -1", "Read", "Apply", "Apply");
    assertThat(written[0]).isEqualTo(size);
    stop[0] = true;
    written[0] = 0;
    assertThatThrownBy(() -> image.extractTo(directory.resolve("two"), OPTIONS, reading))
        .isExactlyInstanceOf(CancellationException.class);
    assertThat(directory.resolve("two")).doesNotExist();
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).containsExactly(directory.resolve("one"));
    }
  }
}
