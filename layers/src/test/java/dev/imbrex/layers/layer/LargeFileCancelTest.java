package dev.imbrex.layers.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.disk.DirectoryScanner;
import dev.imbrex.layers.disk.DirectoryWriter;
import dev.imbrex.layers.disk.ExtractOptions;
import dev.imbrex.layers.layer.Blocks.Header;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeDiff;
import dev.imbrex.layers.tree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * LC-B80: who is told to stop inside a file of 1 GiB moves at most 2 MiB more, and leaves nothing
 * behind. Where another thread than the interrupted one moves the bytes, it is told as soon as that
 * one runs again, which is for the system to say. The time it takes is reported, not judged.
 * Comparing such files is in {@code CancelTest}.
 */
@Timeout(120)
class LargeFileCancelTest {
  private static final long GIB = 1L << 30;
  private static final long MIB = 1L << 20;

  /** How somebody is told to stop. */
  private enum Way {
    INTERRUPTED,
    /** As a progress does. */
    THROWN
  }

  private final TestReporter reporter;
  private final Thread caller = Thread.currentThread();

  /** Bytes that were moved so far, and when it was time to stop. */
  private long moved;

  private long movedWhenStopped = -1;

  private long nanosWhenStopped;

  LargeFileCancelTest(TestReporter reporter) {
    this.reporter = reporter;
  }

  @AfterEach
  void forgetInterruption() {
    Thread.interrupted();
  }

  private void move(long bytes, Way way) {
    moved += bytes;
    if (moved >= 8 * MIB && movedWhenStopped < 0) {
      movedWhenStopped = moved;
      nanosWhenStopped = System.nanoTime();
      if (way == Way.THROWN) {
        throw new CancellationException("enough");
      }
      caller.interrupt();
    }
  }

  private interface Work {
    void run() throws IOException;
  }

  private void assertStops(Way way, Work work) {
    assertStops(way, work, 2 * MIB);
  }

  private void assertStops(Way way, Work work, long most) {
    moved = 0;
    movedWhenStopped = -1;
    assertThatThrownBy(work::run)
        .isInstanceOf(
            way == Way.THROWN ? CancellationException.class : InterruptedIOException.class);
    long micros = (System.nanoTime() - nanosWhenStopped) / 1000;
    reporter.publishEntry(way + " to the end of the call, in microseconds", micros + "");
    assertThat(movedWhenStopped).isGreaterThanOrEqualTo(8 * MIB);
    assertThat(moved - movedWhenStopped).isBetween(0L, most);
    assertThat(Thread.interrupted()).isEqualTo(way == Way.INTERRUPTED);
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("imbrex"));
  }

  /** Zeros that nobody keeps. */
  private InputStream zeros(Way way) {
    return new InputStream() {
      private long left = GIB;

      @Override
      public int read() {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : 0;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) {
        int count = (int) Math.min(left, length);
        Arrays.fill(bytes, offset, offset + count, (byte) 0);
        left -= count;
        move(count, way);
        return count == 0 ? -1 : count;
      }
    };
  }

  private FileTree tree(Way way) {
    Content content = Content.stream(GIB, () -> zeros(way));
    return FileTree.empty()
        .edit()
        .put(TreePath.of("zeros"), new Node.RegularFile(Metadata.forFile(), content))
        .toTree();
  }

  private InputStream tar(Way way) {
    byte[] header = Blocks.tar().header(Header.of('0', "zeros").size(GIB)).bytes();
    return new SequenceInputStream(new ByteArrayInputStream(header), zeros(way));
  }

  @ParameterizedTest
  @CsvSource({
    "INTERRUPTED, NONE",
    "INTERRUPTED, GZIP",
    "INTERRUPTED, ZSTD",
    "THROWN, NONE",
    "THROWN, GZIP",
    "THROWN, ZSTD"
  })
  void writing(Way way, Compression compression) throws IOException {
    List<LayerEntry> entries = TreeDiff.between(FileTree.empty(), tree(way));
    LayerOptions options = LayerOptions.defaults().withCompression(compression);
    OutputStream out = OutputStream.nullOutputStream();
    assertStops(way, () -> LayerWriter.write(entries, options, out));
    assertStops(
        way,
        () ->
            LayerWriter.recompress(
                tar(way),
                CompressionOptions.of(compression),
                LayerLimits.defaults(),
                Findings.strict(),
                out));
  }

  @ParameterizedTest
  @EnumSource(Way.class)
  void reading(Way way) {
    assertStops(
        way,
        () -> {
          try (LayerReader reader = LayerReader.open(tar(way))) {
            reader.summary();
          }
        });
    assertStops(
        way,
        () -> {
          try (LayerReader reader = LayerReader.open(tar(way))) {
            reader.next();
            reader.data().transferTo(OutputStream.nullOutputStream());
          }
        });
    assertStops(
        way,
        () -> {
          try (LayerReader reader = LayerReader.open(tar(way))) {
            reader.next();
            byte[] block = new byte[1 << 16];
            while (reader.data().read(block) >= 0) {
              // It is enough that it is read.
            }
          }
        });
  }

  @ParameterizedTest
  @CsvSource({"INTERRUPTED, 1", "THROWN, 1", "INTERRUPTED, 3", "THROWN, 3"})
  void extracting(Way way, int threads, @TempDir Path directory) throws IOException {
    ExtractOptions options =
        ExtractOptions.untrusted()
            .withOwners(ExtractOptions.Owners.CALLER)
            .withParallelism(threads);
    assertStops(
        way,
        () ->
            DirectoryWriter.write(
                tree(way),
                directory.resolve("target"),
                options,
                Findings.tolerant(),
                Progress.none()),
        way == Way.INTERRUPTED && threads > 1 ? GIB / 4 : 2 * MIB);
    assertThat(directory).isEmptyDirectory();
  }

  /** The file has no block on the disk. */
  @ParameterizedTest
  @EnumSource(Way.class)
  void writingWhatWasScanned(Way way, @TempDir Path directory) throws IOException {
    try (RandomAccessFile sparse =
        new RandomAccessFile(directory.resolve("zeros").toFile(), "rw")) {
      sparse.setLength(GIB);
    }
    List<LayerEntry> entries = TreeDiff.between(FileTree.empty(), DirectoryScanner.scan(directory));
    LayerOptions options = LayerOptions.defaults().withCompression(Compression.NONE);
    OutputStream out =
        new OutputStream() {
          @Override
          public void write(int one) {
            move(1, way);
          }

          @Override
          public void write(byte[] bytes, int offset, int length) {
            move(length, way);
          }
        };
    assertStops(way, () -> LayerWriter.write(entries, options, out));
    try (Stream<Path> left = Files.list(directory)) {
      assertThat(left).hasSize(1);
    }
  }
}
