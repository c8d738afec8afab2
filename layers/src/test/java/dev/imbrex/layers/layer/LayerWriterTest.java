package dev.imbrex.layers.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.compress.DecompressingInputStream;
import dev.imbrex.layers.compress.DecompressionLimits;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerWriterTest {
  private static final List<LayerEntry> ENTRIES =
      List.of(
          TarWriterTest.file("a", Metadata.forFile(), "x".repeat(1000)),
          TarWriterTest.link("b", "a"),
          new LayerEntry.Removal(TreePath.of("c")),
          TarWriterTest.file("d", Metadata.forFile(), "y"));

  @Test
  void knowsTheEmptyLayer() throws IOException { // LC-D7
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerOptions plain = LayerOptions.defaults().withCompression(Compression.NONE);
    LayerSummary summary = LayerWriter.write(List.of(), plain, out);
    assertThat(summary)
        .isEqualTo(
            new LayerSummary(
                DiffId.EMPTY_LAYER,
                DiffId.EMPTY_LAYER.digest(),
                1024,
                1024,
                0,
                0,
                Compression.NONE));
    assertThat(summary.isEmpty()).isTrue();
    assertThat(out.toByteArray()).isEqualTo(new byte[1024]);
  }

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP", "ZSTD"})
  void digestsBothFormsOnTheWay(Compression compression) throws IOException { // LC-D1
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerOptions options = LayerOptions.defaults().withCompression(compression);
    LayerSummary summary = LayerWriter.write(ENTRIES, options, out);
    byte[] stored = out.toByteArray();
    byte[] tar;
    try (InputStream in =
        DecompressingInputStream.open(
            new ByteArrayInputStream(stored), DecompressionLimits.defaults())) {
      tar = in.readAllBytes();
    }
    assertThat(summary.diffId()).isEqualTo(new DiffId(Digest.sha256(tar)));
    assertThat(summary.digest()).isEqualTo(Digest.sha256(stored));
    assertThat(summary.size()).isEqualTo(stored.length);
    // LC-E18: payload, tar and stored bytes are told apart.
    assertThat(summary.tarSize()).isEqualTo(tar.length).isEqualTo(4 * 512 + 1024 + 512 + 1024);
    assertThat(summary.payloadSize()).isEqualTo(1001);
    assertThat(summary.entryCount()).isEqualTo(4);
    assertThat(summary.compression()).isEqualTo(compression);
    assertThat(summary.isEmpty()).isFalse();
  }

  @Test
  void keepsTheDiffIdWhateverTheCompression() throws IOException { // LC-D14
    LayerOptions options = LayerOptions.defaults();
    DiffId gzip = write(options).diffId();
    assertThat(write(options.withCompression(Compression.ZSTD)).diffId()).isEqualTo(gzip);
    assertThat(write(options.withCompression(new CompressionOptions(Compression.GZIP, 1))).diffId())
        .isEqualTo(gzip);
  }

  @Test
  void writesNothingAfterTheEnd() throws IOException {
    LayerWriter layer = LayerWriter.to(new ByteArrayOutputStream(), LayerOptions.defaults());
    layer.finish();
    layer.close();
    assertThatThrownBy(layer::finish).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(() -> layer.add(ENTRIES.get(0))).isInstanceOf(IllegalStateException.class);
  }

  /**
   * It is told of every byte, at least once per mebibyte, and stops the layer by what it throws.
   */
  @Test
  void tellsOfContentsAndIsStopped() throws IOException {
    int size = 3_000_000;
    LayerEntry entry =
        new LayerEntry.Present(
            TreePath.of("f"), new Node.RegularFile(Metadata.forFile(), Content.of(new byte[size])));
    List<Long> told = new ArrayList<>();
    LayerOptions plain = LayerOptions.defaults().withCompression(Compression.NONE);
    try (LayerWriter layer = LayerWriter.to(OutputStream.nullOutputStream(), plain)) {
      layer.add(entry, task(told::add));
      assertThat(layer.finish().payloadSize()).isEqualTo(size);
    }
    assertThat(told).allMatch(bytes -> bytes > 0 && bytes <= 1 << 20);
    assertThat(told.stream().mapToLong(bytes -> bytes).sum()).isEqualTo(size);

    IllegalStateException stop = new IllegalStateException("stop");
    try (LayerWriter layer = LayerWriter.to(OutputStream.nullOutputStream(), plain)) {
      LayerWriter open = layer;
      assertThatThrownBy(
              () ->
                  open.add(
                      entry,
                      task(
                          bytes -> {
                            throw stop;
                          })))
          .isSameAs(stop);
      assertThatThrownBy(open::finish)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("failed");
    }
  }

  /** LC-F5: enough of them that they are read ahead. */
  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP", "ZSTD"})
  void writesManyEntriesAlikeOnAnyNumberOfThreads(Compression compression) throws IOException {
    List<LayerEntry> entries = manyEntries(Content::of);
    byte[] single = many(entries, compression, 1);
    assertThat(many(entries, compression, 2)).isEqualTo(single);
    assertThat(many(entries, compression, 8)).isEqualTo(single);
    try (LayerReader reader = LayerReader.open(new ByteArrayInputStream(single))) {
      assertThat(reader.summary().entryCount()).isEqualTo(entries.size());
    }
    assertThat(helpers()).isEmpty();
  }

  private static byte[] many(List<LayerEntry> entries, Compression compression, int threads)
      throws IOException {
    Thread caller = Thread.currentThread();
    ByteArrayOutputStream out =
        new ByteArrayOutputStream() {
          @Override
          public synchronized void write(byte[] bytes, int offset, int length) {
            assertThat(Thread.currentThread()).isSameAs(caller);
            super.write(bytes, offset, length);
          }
        };
    LayerSummary summary = LayerWriter.write(entries, options(compression, threads), out);
    assertThat(summary.digest()).isEqualTo(Digest.sha256(out.toByteArray()));
    return out.toByteArray();
  }

  @Test
  void readsOnTheThreadOfTheCallerAloneIfThereIsToBeOne() throws IOException {
    Thread caller = Thread.currentThread();
    List<LayerEntry> entries =
        manyEntries(
            bytes ->
                Content.stream(
                    bytes.length,
                    () -> {
                      assertThat(Thread.currentThread()).isSameAs(caller);
                      assertThat(helpers()).isEmpty();
                      return new ByteArrayInputStream(bytes);
                    }));
    many(entries, Compression.NONE, 1);
  }

  @Test
  void tellsWhyAContentThatIsReadAheadFailed() throws IOException {
    IOException failure = new IOException("no more");
    List<LayerEntry> entries = new ArrayList<>(manyEntries(Content::of));
    entries.add(
        60,
        new LayerEntry.Present(
            TreePath.of("broken"),
            new Node.RegularFile(
                Metadata.forFile(),
                Content.stream(
                    5,
                    () -> {
                      throw failure;
                    }))));
    try (LayerWriter layer =
        LayerWriter.to(OutputStream.nullOutputStream(), options(Compression.NONE, 2))) {
      assertThatThrownBy(() -> layer.addAll(entries, task(bytes -> {}))).isSameAs(failure);
      assertThat(helpers()).noneMatch(thread -> thread.getName().equals("imbrex-read"));
      assertThatThrownBy(layer::finish).isInstanceOf(IllegalStateException.class);
    }
    assertThat(helpers()).isEmpty();
  }

  /** What was written before the entry that is refused is whole, as if nothing was read ahead. */
  @Test
  void goesOnAfterAnEntryThatIsRefused() throws IOException {
    List<LayerEntry> entries = manyEntries(Content::of);
    List<LayerEntry> twice = new ArrayList<>(entries);
    twice.add(entries.get(7));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (LayerWriter layer = LayerWriter.to(out, options(Compression.NONE, 2))) {
      assertThatThrownBy(() -> layer.addAll(twice, task(bytes -> {})))
          .isInstanceOf(IllegalArgumentException.class);
      layer.finish();
    }
    assertThat(out.toByteArray()).isEqualTo(many(entries, Compression.NONE, 1));
  }

  @Test
  void endsItsThreadsWhenTheStreamFails() throws IOException {
    IOException failure = new IOException("full");
    OutputStream full =
        new OutputStream() {
          private int left = 3;

          @Override
          public void write(int b) {
            throw new AssertionError();
          }

          @Override
          public void write(byte[] bytes, int offset, int length) throws IOException {
            if (--left == 0) {
              throw failure;
            }
          }
        };
    List<LayerEntry> entries = manyEntries(Content::of);
    assertThatThrownBy(() -> LayerWriter.write(entries, options(Compression.NONE, 2), full))
        .isSameAs(failure);
    assertThat(helpers()).isEmpty();
  }

  @Test
  void endsItsThreadsWhenItIsStopped() throws IOException {
    IllegalStateException stop = new IllegalStateException("stop");
    LongAdder read = new LongAdder();
    try (LayerWriter layer =
        LayerWriter.to(OutputStream.nullOutputStream(), options(Compression.GZIP, 2))) {
      assertThatThrownBy(
              () ->
                  layer.addAll(
                      manyEntries(Content::of),
                      task(
                          bytes -> {
                            read.add(bytes);
                            if (read.sum() > 2_000_000) {
                              throw stop;
                            }
                          })))
          .isSameAs(stop);
    }
    assertThat(helpers()).isEmpty();
  }

  @Test
  void endsItsThreadsWhenTheCallerIsInterrupted() throws IOException {
    Thread caller = Thread.currentThread();
    LongAdder read = new LongAdder();
    Progress.Task interrupting =
        task(
            bytes -> {
              read.add(bytes);
              if (read.sum() > 2_000_000) {
                caller.interrupt();
              }
            });
    try (LayerWriter layer =
        LayerWriter.to(OutputStream.nullOutputStream(), options(Compression.NONE, 2))) {
      assertThatThrownBy(() -> layer.addAll(manyEntries(Content::of), interrupting))
          .isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
      assertThatThrownBy(layer::finish).isInstanceOf(IllegalStateException.class);
    }
    assertThat(helpers()).isEmpty();
  }

  private static LayerOptions options(Compression compression, int threads) {
    return LayerOptions.defaults()
        .withCompression(CompressionOptions.of(compression).withThreads(threads));
  }

  /** Some megabytes, which compress a little. */
  private static List<LayerEntry> manyEntries(Function<byte[], Content> content) {
    Random random = new Random(31);
    List<LayerEntry> entries = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      byte[] bytes = new byte[random.nextInt(i % 40 == 0 ? 1_000_000 : 50_000)];
      for (int at = 0; at < bytes.length; at++) {
        bytes[at] = (byte) random.nextInt(50);
      }
      entries.add(
          new LayerEntry.Present(
              TreePath.of("f" + i),
              new Node.RegularFile(Metadata.forFile(), content.apply(bytes))));
    }
    return entries;
  }

  private static List<Thread> helpers() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("imbrex-"))
        .toList();
  }

  private static Progress.Task task(LongConsumer advance) {
    return new Progress.Task() {
      @Override
      public void advance(long bytes) {
        advance.accept(bytes);
      }

      @Override
      public void close() {}
    };
  }

  private static LayerSummary write(LayerOptions options) throws IOException {
    return LayerWriter.write(ENTRIES, options, new ByteArrayOutputStream());
  }
}
