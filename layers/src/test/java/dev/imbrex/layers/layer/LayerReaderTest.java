package dev.imbrex.layers.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.CompressionOptions;
import dev.imbrex.layers.tree.Finding;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LayerReaderTest {
  private static final List<LayerEntry> ENTRIES =
      List.of(
          TarWriterTest.file("a", Metadata.forFile(), "x".repeat(100_000)),
          TarWriterTest.link("b", "a"),
          new LayerEntry.Removal(TreePath.of("c")));

  @ParameterizedTest
  @EnumSource(names = {"NONE", "GZIP", "ZSTD"})
  void knowsWhatTheWriterKnew(Compression compression) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerSummary written =
        LayerWriter.write(ENTRIES, LayerOptions.defaults().withCompression(compression), out);
    try (LayerReader layer = LayerReader.open(new ByteArrayInputStream(out.toByteArray()))) {
      assertThat(layer.compression()).isEqualTo(compression);
      TarEntry first = layer.next();
      assertThat(first).isNotNull().hasToString("entry 0 (/a)");
      assertThat(layer.data().read()).isEqualTo('x');
      assertThat(layer.summary()).isEqualTo(written);
      assertThat(layer.summary()).isEqualTo(written);
    }
  }

  @Test
  void reportsAnotherCompressionThanDeclared() throws IOException { // LC-B1
    byte[] stored = layer(Compression.GZIP);
    Findings findings = Findings.tolerant();
    try (LayerReader layer = open(stored, findings)) {
      layer.expect(Compression.GZIP);
      assertThat(findings.all()).isEmpty();
      layer.expect(Compression.ZSTD);
    }
    assertThat(findings.count(Finding.Code.COMPRESSION_MISMATCH)).isEqualTo(1);
    try (LayerReader layer = open(stored, Findings.strict())) {
      assertThatThrownBy(() -> layer.expect(Compression.NONE))
          .isInstanceOf(MalformedContentException.class);
    }
  }

  @Test
  void reportsZerosBehindGzipOnce() throws IOException { // LC-B4
    byte[] stored = layer(Compression.GZIP);
    byte[] padded = Arrays.copyOf(stored, stored.length + 100);
    Findings findings = Findings.tolerant();
    try (LayerReader layer = open(padded, findings)) {
      LayerSummary summary = layer.summary();
      assertThat(summary.size()).isEqualTo(padded.length);
      assertThat(summary.digest()).isEqualTo(Digest.sha256(padded));
      assertThat(layer.next()).isNull();
    }
    assertThat(findings.count(Finding.Code.ZEROS_AFTER_COMPRESSED_DATA)).isEqualTo(1);
  }

  @Test
  void refusesForeignCompressions() throws IOException { // LC-B2
    byte[] stored = bzip2(layer(Compression.NONE));
    assertThatThrownBy(() -> open(stored, Findings.tolerant()))
        .isInstanceOf(UnsupportedContentException.class);
  }

  @Test
  void closesTheStoredStream() throws IOException {
    boolean[] closed = new boolean[1];
    InputStream in =
        new ByteArrayInputStream(layer(Compression.ZSTD)) {
          @Override
          public void close() {
            closed[0] = true;
          }
        };
    LayerReader.open(in).close();
    assertThat(closed[0]).isTrue();
  }

  @Nested
  class Recompressing {
    /** A tar that no writer of ours makes: another order, a tail, owner names. */
    private final byte[] tar =
        Blocks.tar()
            .header(Blocks.Header.of('0', "./z").text(265, "root").size(3))
            .data("abc")
            .file("a", "x".repeat(70_000))
            .end()
            .raw(new byte[9000])
            .bytes();

    @ParameterizedTest
    @EnumSource(names = {"NONE", "GZIP", "ZSTD"})
    void keepsTheBytesOfTheTar(Compression compression) throws IOException { // LC-D14, LC-D15
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      LayerSummary summary =
          LayerWriter.recompress(new ByteArrayInputStream(tar), compression, out);
      assertThat(summary.diffId()).isEqualTo(new DiffId(Digest.sha256(tar)));
      assertThat(summary.digest()).isEqualTo(Digest.sha256(out.toByteArray()));
      assertThat(summary.tarSize()).isEqualTo(tar.length);
      assertThat(summary.payloadSize()).isEqualTo(70_003);
      assertThat(summary.entryCount()).isEqualTo(2);
      ByteArrayOutputStream again = new ByteArrayOutputStream();
      LayerWriter.recompress(new ByteArrayInputStream(out.toByteArray()), Compression.NONE, again);
      assertThat(again.toByteArray()).isEqualTo(tar);
    }

    @Test
    void takesForeignCompressions() throws IOException { // LC-B2
      LayerSummary summary =
          LayerWriter.recompress(
              new ByteArrayInputStream(bzip2(tar)),
              Compression.GZIP,
              OutputStream.nullOutputStream());
      assertThat(summary.diffId()).isEqualTo(new DiffId(Digest.sha256(tar)));
    }

    @Test
    void refusesWhatIsNoTar() {
      byte[] text = "not a tar".repeat(100).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
      assertThatThrownBy(
              () ->
                  LayerWriter.recompress(
                      new ByteArrayInputStream(text),
                      Compression.GZIP,
                      OutputStream.nullOutputStream()))
          .isInstanceOf(MalformedContentException.class);
    }

    @Test
    void reportsFindings() throws IOException {
      Findings findings = Findings.tolerant();
      byte[] cut = Arrays.copyOf(tar, 1024);
      LayerSummary summary =
          LayerWriter.recompress(
              new ByteArrayInputStream(cut),
              CompressionOptions.of(Compression.NONE),
              LayerLimits.defaults(),
              findings,
              OutputStream.nullOutputStream());
      assertThat(summary.diffId()).isEqualTo(new DiffId(Digest.sha256(cut)));
      assertThat(findings.count(Finding.Code.MISSING_END_MARKER)).isEqualTo(1);
    }

    @Test
    void leavesBothStreamsOpen() throws IOException {
      InputStream in =
          new ByteArrayInputStream(tar) {
            @Override
            public void close() {
              throw new AssertionError("closed");
            }
          };
      OutputStream out =
          new ByteArrayOutputStream() {
            @Override
            public void close() {
              throw new AssertionError("closed");
            }
          };
      LayerWriter.recompress(in, Compression.GZIP, out);
    }
  }

  private static LayerReader open(byte[] stored, Findings findings) throws IOException {
    return LayerReader.open(new ByteArrayInputStream(stored), LayerLimits.defaults(), findings);
  }

  private static byte[] layer(Compression compression) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerWriter.write(ENTRIES, LayerOptions.defaults().withCompression(compression), out);
    return out.toByteArray();
  }

  private static byte[] bzip2(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream bzip2 = new BZip2CompressorOutputStream(out)) {
      bzip2.write(bytes);
    }
    return out.toByteArray();
  }
}
