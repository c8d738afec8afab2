package dev.imbrex.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.build.ImageSquash;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.layer.LayerOptions;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * LC-B80: who is told to stop inside a large file of an image moves at most 2 MiB more, and leaves
 * nothing behind. Layers alone are in {@code LargeFileCancelTest}.
 */
@Timeout(120)
class ImageCancelTest {
  private static final long GIB = 1L << 30;
  private static final long MIB = 1L << 20;

  /** How somebody is told to stop. */
  private enum Way {
    INTERRUPTED,
    THROWN
  }

  @TempDir Path directory;

  private final Thread caller = Thread.currentThread();
  private ImageStore store;
  private long moved;
  private long movedWhenStopped = -1;

  @BeforeEach
  void create() throws IOException {
    store = ImageStore.on(LayoutStorage.create(directory.resolve("layout")));
  }

  @AfterEach
  void close() throws IOException {
    Thread.interrupted();
    store.close();
  }

  private void move(long bytes, Way way) {
    moved += bytes;
    if (moved >= 8 * MIB && movedWhenStopped < 0) {
      movedWhenStopped = moved;
      if (way == Way.THROWN) {
        throw new CancellationException("enough");
      }
      caller.interrupt();
    }
  }

  /** Stops once a task of this name has moved enough. */
  private Progress stopping(String task, Way way) {
    return (name, bytes) ->
        new Progress.Task() {
          @Override
          public void advance(long more) {
            if (name.startsWith(task)) {
              move(more, way);
            }
          }

          @Override
          public void close() {}
        };
  }

  private interface Work {
    void run() throws IOException;
  }

  private void assertStops(Way way, Work work) throws IOException {
    moved = 0;
    movedWhenStopped = -1;
    List<Path> before = files();
    // Whichever a file that is being written throws: a channel closes itself.
    assertThatThrownBy(work::run)
        .isInstanceOfAny(
            way == Way.THROWN
                ? new Class<?>[] {CancellationException.class}
                : new Class<?>[] {InterruptedIOException.class, ClosedByInterruptException.class});
    assertThat(moved - movedWhenStopped).isBetween(0L, 2 * MIB);
    assertThat(Thread.interrupted()).isEqualTo(way == Way.INTERRUPTED);
    assertThat(files()).isEqualTo(before);
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private InputStream zeros(Way way) {
    return new InputStream() {
      private long left = GIB;

      @Override
      public int read() {
        left--;
        return left < 0 ? -1 : 0;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        int count = (int) Math.min(left, length);
        left -= count;
        move(count, way);
        return count == 0 ? -1 : count;
      }
    };
  }

  /** A layer of 32 MiB, stored plain, so that bytes told of it are bytes of the file. */
  private Image image() throws IOException {
    return ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
        .layerOptions(LayerOptions.defaults().withCompression(Compression.NONE))
        .layer(layer -> layer.file("/large", new byte[32 << 20]))
        .layer(layer -> layer.file("/small", ""))
        .build();
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void building(Way way) throws IOException {
    ImageBuilder builder =
        ImageBuilder.scratch(store, Platform.of("linux", "amd64"))
            .layer(layer -> layer.file("/zeros", Content.stream(GIB, () -> zeros(way))));
    assertStops(way, builder::build);
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void readingAndVerifying(Way way) throws IOException {
    Image image = image();
    ReadOptions reading = ReadOptions.defaults().withProgress(stopping("Read layer", way));
    // Another store remembers nothing.
    assertStops(way, () -> ImageStore.on(store.storage()).load(image.descriptor()).files(reading));
    assertStops(way, () -> image.verify(stopping("", way)));
    assertStops(way, () -> image.layers().get(0).verify(stopping("", way)));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void extractingAndSquashing(Way way) throws IOException {
    Image image = image();
    ReadOptions writing = ReadOptions.defaults().withProgress(stopping("Write", way));
    Path target = directory.resolve("target");
    assertStops(way, () -> image.extractTo(target, ExtractOptions.untrusted(), writing));
    assertStops(way, () -> ImageSquash.of(image).readOptions(writing).build());
  }
}
