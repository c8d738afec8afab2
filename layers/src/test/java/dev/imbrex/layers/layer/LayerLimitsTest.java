package dev.imbrex.layers.layer;

import static dev.imbrex.layers.layer.Blocks.tar;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import dev.imbrex.layers.compress.DecompressingInputStream;
import dev.imbrex.layers.compress.DecompressionLimits;
import dev.imbrex.layers.layer.Blocks.Header;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Findings;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

/** LC-C31 to C38, LC-F19: each limit passes what comes up to its value, and nothing beyond. */
class LayerLimitsTest {
  private static final LayerLimits DEFAULTS = LayerLimits.defaults();
  private static final DecompressionLimits STREAM = DEFAULTS.decompression();

  /** What there can be too much of, a stored layer that has so much of it, and the limit on it. */
  private record Bound(
      String option, long value, ByteString layer, LongFunction<LayerLimits> with) {
    byte[] stored() {
      return layer.toBytes();
    }

    @Override
    public String toString() {
      return option;
    }
  }

  @ParameterizedTest
  @MethodSource("bounds")
  void passesUpToItsValueAndFailsBeyond(Bound bound) {
    assertThatCode(() -> read(bound.stored(), bound.with().apply(bound.value())))
        .doesNotThrowAnyException();
    long less = bound.value() - 1;
    assertThatThrownBy(() -> read(bound.stored(), bound.with().apply(less)))
        .isInstanceOfSatisfying(
            LimitExceededException.class,
            e -> {
              assertThat(e.limit()).isEqualTo(bound.option());
              assertThat(e.allowed()).isEqualTo(less);
            })
        .hasMessageContaining(" exceeds the limit " + bound.option() + " of " + less);
  }

  @Test
  void leavesNoLimitOut() {
    List<String> options =
        Stream.of(DecompressionLimits.class, LayerLimits.class)
            .flatMap(type -> Arrays.stream(type.getRecordComponents()))
            .filter(component -> component.getType() == long.class)
            .map(RecordComponent::getName)
            .toList();
    assertThat(options)
        .contains("ratioFreeBytes")
        .filteredOn(option -> !option.equals("ratioFreeBytes"))
        .hasSize(20)
        .hasSameElementsAs(bounds().map(Bound::option).toList());
  }

  /** LC-C32: it is no limit itself, but says from where on another is one. */
  @Test
  void judgesTheRatioBeyondSomeBytesOnly() {
    byte[] zeros = Zstd.compress(new byte[8000]);
    DecompressionLimits even = STREAM.withRatio(1);
    assertThatCode(() -> read(zeros, DEFAULTS.withDecompression(even.withRatioFreeBytes(8000))))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> read(zeros, DEFAULTS.withDecompression(even.withRatioFreeBytes(7999))))
        .isInstanceOfSatisfying(
            LimitExceededException.class, e -> assertThat(e.limit()).isEqualTo("ratio"));
  }

  /** The numbers of LC-C.3. */
  @Test
  void hasTheDefaultsThatItSays() {
    assertThat(STREAM)
        .isEqualTo(
            new DecompressionLimits(
                16L << 30,
                32L << 30,
                20_000,
                1L << 30,
                4_000_000,
                1000,
                65_536,
                128L << 20,
                256L << 20));
    assertThat(DEFAULTS)
        .isEqualTo(
            new LayerLimits(
                STREAM, 1_000_000, 1024, 1_000_000, 1 << 20, 1024, 8, 128, 255, 65_536, 1 << 20,
                1 << 20, 65_536));
  }

  /** LC-C28, LC-C38: what a header declares is not what memory is taken for. */
  @Test
  void allocatesOnlyForWhatArrives() {
    byte[] archive =
        tar().header(Header.of('x', "p").size((1 << 30) - 1)).raw(new byte[512]).bytes();
    LayerLimits limits = DEFAULTS.withExtensionBytes((1 << 30) - 1);
    assertThatThrownBy(() -> Archives.read(archive, limits, Findings.tolerant()))
        .isInstanceOf(MalformedContentException.class);
  }

  /** From here on what comes out of it is taken for a layer, unless layers are not stored so. */
  private static void read(byte[] stored, LayerLimits limits) throws IOException {
    try (DecompressingInputStream any =
        DecompressingInputStream.openAny(
            new ByteArrayInputStream(stored), limits.decompression())) {
      if (!any.compression().isForLayers()) {
        any.readAllBytes();
        return;
      }
    }
    List<LayerEntry> entries = new ArrayList<>();
    try (LayerReader reader =
        LayerReader.open(new ByteArrayInputStream(stored), limits, Findings.tolerant())) {
      for (TarEntry entry = reader.next(); entry != null; entry = reader.next()) {
        entries.add(entry.toLayerEntry(Content.empty()));
      }
    }
    limits.check(FileTree.empty().apply(entries, Findings.tolerant()));
  }

  static Stream<Bound> bounds() {
    try {
      List<Bound> bounds = new ArrayList<>();
      ofTheStream(bounds);
      ofCompression(bounds);
      ofEntries(bounds);
      ofExtensions(bounds);
      ofSparseFiles(bounds);
      return bounds.stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void ofTheStream(List<Bound> bounds) {
    byte[] plain = tar().file("a", "x").end().raw(new byte[10_000]).bytes();
    add(bounds, "compressedBytes", plain.length, plain, STREAM::withCompressedBytes);
    add(bounds, "uncompressedBytes", plain.length, plain, STREAM::withUncompressedBytes);
    byte[] holes =
        tar()
            .pax(
                'x',
                "GNU.sparse.size",
                "5000",
                "GNU.sparse.map",
                "0,1",
                "GNU.sparse.numblocks",
                "1")
            .file("a", "x")
            .end()
            .bytes();
    long withHoles = holes.length + 5000L - 1;
    add(bounds, "uncompressedBytes", withHoles, holes, STREAM::withUncompressedBytes);
  }

  private static void ofCompression(List<Bound> bounds) throws IOException {
    // Zeros are an empty archive; a skippable frame makes the stored form as long as it should be.
    byte[] zeros = Zstd.compress(new byte[8000]);
    byte[] fourfold = join(zeros, skippable(2000 - zeros.length));
    DecompressionLimits judged = STREAM.withRatioFreeBytes(0);
    add(bounds, "ratio", 4, fourfold, judged::withRatio);

    byte[] member = gzip(new byte[1024]);
    byte[] empty = gzip(new byte[0]);
    add(bounds, "members", 3, join(member, member, member), STREAM::withMembers);
    byte[] frames = join(zeros, zeros, skippable(9));
    add(bounds, "members", 3, frames, STREAM::withMembers);
    LongFunction<DecompressionLimits> emptyOnes = STREAM::withEmptyMembersInARow;
    byte[] inARow = join(member, empty, empty, member, empty);
    add(bounds, "emptyMembersInARow", 2, inARow, emptyOnes);
    byte[] skipped = join(skippable(1), skippable(1), zeros);
    add(bounds, "emptyMembersInARow", 2, skipped, emptyOnes);

    byte[] named = Arrays.copyOf(member, 10);
    named[3] = 8;
    byte[] rest = Arrays.copyOfRange(member, 10, member.length);
    byte[] withName = join(named, "a-name\0".getBytes(ISO_8859_1), rest);
    add(bounds, "gzipHeaderBytes", 17, withName, STREAM::withGzipHeaderBytes);

    // A frame of one segment is its own window.
    add(bounds, "zstdWindowBytes", 8000, zeros, STREAM::withZstdWindowBytes);
    LZMA2Options options = new LZMA2Options(1);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream xz = new XZOutputStream(out, options)) {
      xz.write(1);
    }
    long memory = 1024L * options.getDecoderMemoryUsage();
    add(bounds, "xzMemoryBytes", memory, out.toByteArray(), STREAM::withXzMemoryBytes);
  }

  private static void ofEntries(List<Bound> bounds) {
    byte[] archive = tar().file("d/b/c", "").file("d/a", "").file("e", "").end().bytes();
    bounds.add(bound("entries", 3, archive, DEFAULTS::withEntries));
    bounds.add(bound("depth", 3, archive, DEFAULTS::withDepth));
    bounds.add(bound("directoryEntries", 2, archive, DEFAULTS::withDirectoryEntries));
  }

  private static void ofExtensions(List<Bound> bounds) {
    LongFunction<LayerLimits> bytes = DEFAULTS::withExtensionBytes;
    byte[] pax = tar().pax('x', "comment", "x").file("a", "").end().bytes();
    bounds.add(bound("extensionBytes", "13 comment=x\n".length(), pax, bytes));
    byte[] gnu = tar().gnuLong('L', "name").file("a", "").end().bytes();
    bounds.add(bound("extensionBytes", 4, gnu, bytes));
    byte[] records = tar().pax('x', "a", "", "b", "", "c", "").file("a", "").end().bytes();
    bounds.add(bound("extensionRecords", 3, records, DEFAULTS::withExtensionRecords));
    byte[] headers =
        tar().pax('x', "a", "").gnuLong('L', "b").pax('x', "a", "").file("a", "").end().bytes();
    bounds.add(bound("extensionHeaders", 3, headers, DEFAULTS::withExtensionHeaders));

    byte[] xattrs =
        tar()
            .pax('x', "SCHILY.xattr.user.a", "123", "SCHILY.xattr.user.bc", "1")
            .file("a", "")
            .end()
            .bytes();
    bounds.add(bound("xattrs", 2, xattrs, DEFAULTS::withXattrs));
    bounds.add(bound("xattrNameBytes", 7, xattrs, DEFAULTS::withXattrNameBytes));
    bounds.add(bound("xattrValueBytes", 3, xattrs, DEFAULTS::withXattrValueBytes));
    bounds.add(bound("xattrBytes", 17, xattrs, DEFAULTS::withXattrBytes));
  }

  private static void ofSparseFiles(List<Bound> bounds) {
    String map = "0,1,2,1,4,1";
    byte[] sparse =
        tar()
            .pax('x', "GNU.sparse.size", "5", "GNU.sparse.map", map, "GNU.sparse.numblocks", "3")
            .file("a", "xyz")
            .end()
            .bytes();
    bounds.add(bound("sparseSegments", 3, sparse, DEFAULTS::withSparseSegments));
    bounds.add(bound("sparseMapBytes", map.length(), sparse, DEFAULTS::withSparseMapBytes));
  }

  private static void add(
      List<Bound> bounds,
      String option,
      long value,
      byte[] stored,
      LongFunction<DecompressionLimits> with) {
    bounds.add(
        bound(option, value, stored, limit -> DEFAULTS.withDecompression(with.apply(limit))));
  }

  private static Bound bound(
      String option, long value, byte[] stored, LongFunction<LayerLimits> with) {
    return new Bound(option, value, ByteString.of(stored), with);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream member = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(member)) {
      gzip.write(bytes);
    }
    return member.toByteArray();
  }

  /** A frame of so many bytes that a reader passes over. */
  private static byte[] skippable(int length) {
    return ByteBuffer.allocate(Math.max(length, 8))
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(0x184D2A50)
        .putInt(Math.max(length, 8) - 8)
        .array();
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      joined.writeBytes(part);
    }
    return joined.toByteArray();
  }
}
