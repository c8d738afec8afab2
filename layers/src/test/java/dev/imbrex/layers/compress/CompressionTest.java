package dev.imbrex.layers.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.tukaani.xz.LZMA2Options;
import org.tukaani.xz.XZOutputStream;

class CompressionTest {
  private static final byte[] TEXT = "the tile that overlaps".getBytes(StandardCharsets.US_ASCII);

  @Nested
  class Detection {
    @ParameterizedTest
    @CsvSource({
      "1f8b08, GZIP", // LC-B1
      "28b52ffd, ZSTD",
      "502a4d18, ZSTD",
      "5f2a4d18, ZSTD",
      "602a4d18, NONE",
      "fd377a585a00, XZ",
      "425a6839314159265359, BZIP2",
      "425a6831177245385090, BZIP2",
      "425a6831, NONE",
      "425a6830314159265359, NONE",
      "1f8b07, NONE",
      "1f8b, NONE",
      "28b52f, NONE",
      "00000000000000000000, NONE",
    })
    void recognisesMagicBytes(String hex, Compression expected) {
      assertThat(Compression.detect(HexFormat.of().parseHex(hex))).isEqualTo(expected);
    }

    @Test
    void seesNoCompressionInAnEmptyStream() throws IOException {
      assertThat(Compression.detect(new byte[0])).isEqualTo(Compression.NONE);
      assertThat(decompress(new byte[0])).isEmpty();
    }

    @Test
    void waitsForTheFirstBytesOfASlowStream() throws IOException {
      byte[] gzip = jdkGzip(TEXT);
      InputStream slow =
          new ByteArrayInputStream(gzip) {
            @Override
            public synchronized int read(byte[] b, int off, int len) {
              return super.read(b, off, Math.min(len, 1));
            }
          };
      try (DecompressingInputStream in =
          DecompressingInputStream.open(slow, DecompressionLimits.defaults())) {
        assertThat(in.compression()).isEqualTo(Compression.GZIP);
        assertThat(in.readAllBytes()).isEqualTo(TEXT);
      }
    }
  }

  @Nested
  class RoundTrip {
    @ParameterizedTest
    @EnumSource(names = {"NONE", "GZIP", "ZSTD"})
    void givesBackWhatWasWritten(Compression compression) throws IOException {
      Random random = new Random(7);
      for (int size : new int[] {0, 1, 511, 65_535, 65_536, 131_072, 131_073, 1_000_000}) {
        byte[] content = compressible(random, size);
        byte[] stored = compress(CompressionOptions.of(compression), content);
        assertThat(decompress(stored)).isEqualTo(content);
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9})
    void writesGzipThatTheJdkReads(int level) throws IOException {
      byte[] content = compressible(new Random(level), 300_000);
      byte[] stored = compress(CompressionOptions.of(Compression.GZIP).withLevel(level), content);
      assertThat(new GZIPInputStream(new ByteArrayInputStream(stored)).readAllBytes())
          .isEqualTo(content);
    }

    @Test
    void writesAConstantGzipHeader() throws IOException { // LC-D12
      byte[] stored = compress(CompressionOptions.of(Compression.GZIP), TEXT);
      assertThat(HexFormat.of().formatHex(stored, 0, 10)).isEqualTo("1f8b08000000000000ff");
    }

    @Test
    void writesTheSameBytesHoweverTheyArrive() throws IOException {
      byte[] content = compressible(new Random(3), 200_000);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (CompressingOutputStream gzip = Compression.GZIP.compressTo(out)) {
        for (int i = 0; i < content.length; i += 7) {
          gzip.write(content, i, Math.min(7, content.length - i));
        }
        gzip.finish();
      }
      assertThat(decompress(out.toByteArray())).isEqualTo(content);
    }

    /** LC-D13: more than two of the jobs that the library cuts it into. */
    @ParameterizedTest
    @ValueSource(ints = {2, 3})
    void writesTheSameZstdOnEveryNumberOfThreads(int threads) throws IOException {
      byte[] bytes = Kind.MIXED.make(new Random(21), 20_000_000);
      byte[] single = zstd(bytes, 1, bytes.length);
      assertThat(zstd(bytes, threads, 1_000_003)).isEqualTo(single);
      assertThat(decompress(single)).isEqualTo(bytes);
    }

    private byte[] zstd(byte[] bytes, int threads, int part) throws IOException {
      ByteArrayOutputStream compressed = new ByteArrayOutputStream();
      CompressionOptions options = CompressionOptions.of(Compression.ZSTD).withThreads(threads);
      try (CompressingOutputStream out = options.compressTo(compressed)) {
        for (int from = 0; from < bytes.length; from += part) {
          out.write(bytes, from, Math.min(part, bytes.length - from));
        }
        out.finish();
      }
      return compressed.toByteArray();
    }

    @Test
    void abandonsWithoutAnEndWhenClosedEarly() throws IOException {
      for (Compression compression : new Compression[] {Compression.GZIP, Compression.ZSTD}) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        CompressingOutputStream stream = compression.compressTo(out);
        stream.write(TEXT, 0, TEXT.length);
        stream.close();
        stream.close();
        assertThat(out.toByteArray()).isEmpty();
        assertThatThrownBy(() -> stream.write(1)).isInstanceOf(IllegalStateException.class);
      }
    }

    @Test
    void leavesTheStreamBelowOpen() throws IOException {
      for (Compression compression :
          new Compression[] {Compression.NONE, Compression.GZIP, Compression.ZSTD}) {
        OutputStream strict =
            new ByteArrayOutputStream() {
              @Override
              public void close() {
                throw new AssertionError("closed");
              }
            };
        try (CompressingOutputStream stream = compression.compressTo(strict)) {
          stream.write(1);
          stream.finish();
        }
      }
    }

    @ParameterizedTest
    @EnumSource(names = {"BZIP2", "XZ"})
    void neverWritesForeignFormats(Compression compression) {
      assertThatThrownBy(() -> CompressionOptions.of(compression))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"NONE, 1", "GZIP, 0", "GZIP, 10", "ZSTD, 0", "ZSTD, 20"})
    void refusesLevelsAFormatHasNot(Compression compression, int level) {
      assertThatThrownBy(() -> new CompressionOptions(compression, level))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Nested
  class GzipFraming {
    @Test
    void readsAllMembers() throws IOException { // LC-B3
      byte[] stored = join(jdkGzip(TEXT), jdkGzip(new byte[0]), jdkGzip(TEXT));
      assertThat(decompress(stored)).isEqualTo(join(TEXT, TEXT));
    }

    @Test
    void readsMembersWhoseBoundaryIsAtEveryPlaceOfTheBuffer() throws IOException {
      // GZIPInputStream loses a member when nothing is available at its start (LC-G10).
      byte[] stored = join(jdkGzip(TEXT), jdkGzip(TEXT));
      for (int chunk = 1; chunk <= stored.length; chunk++) {
        int size = chunk;
        InputStream chunked =
            new ByteArrayInputStream(stored) {
              @Override
              public synchronized int read(byte[] b, int off, int len) {
                return super.read(b, off, Math.min(len, size));
              }

              @Override
              public synchronized int available() {
                return 0;
              }
            };
        try (InputStream in =
            DecompressingInputStream.open(chunked, DecompressionLimits.defaults())) {
          assertThat(in.readAllBytes()).isEqualTo(join(TEXT, TEXT));
        }
      }
    }

    @Test
    void readsEveryOptionalHeaderField() throws IOException {
      byte[] plain = jdkGzip(TEXT);
      byte[] body = Arrays.copyOfRange(plain, 10, plain.length);
      byte[] header = {
        0x1f, (byte) 0x8b, 8, 2 | 4 | 8 | 16, 1, 2, 3, 4, 0, 3, 3, 0, 'x', 'y', 'z', 'n', 0, 'c', 0
      };
      CRC32 crc = new CRC32();
      crc.update(header);
      byte[] sum = {(byte) crc.getValue(), (byte) (crc.getValue() >>> 8)};
      assertThat(decompress(join(header, sum, body))).isEqualTo(TEXT);
      sum[0] ^= 1;
      assertThatThrownBy(() -> decompress(join(header, sum, body)))
          .isInstanceOf(MalformedContentException.class)
          .hasMessageContaining("checksum of the header");
    }

    @Test
    void countsZerosBehindTheLastMember() throws IOException { // LC-B4
      byte[] stored = join(jdkGzip(TEXT), new byte[70_000]);
      try (DecompressingInputStream in = open(stored)) {
        assertThat(in.readAllBytes()).isEqualTo(TEXT);
        assertThat(in.trailingZeros()).isEqualTo(70_000);
      }
    }

    @Test
    void refusesOtherBytesBehindTheLastMember() throws IOException { // LC-B4
      byte[] garbage = {1};
      assertThatThrownBy(() -> decompress(join(jdkGzip(TEXT), garbage)))
          .isInstanceOf(MalformedContentException.class);
      assertThatThrownBy(() -> decompress(join(jdkGzip(TEXT), new byte[600], garbage)))
          .isInstanceOf(MalformedContentException.class);
      assertThatThrownBy(() -> decompress(join(jdkGzip(TEXT), new byte[1], jdkGzip(TEXT))))
          .isInstanceOf(MalformedContentException.class);
    }

    @Test
    void refusesReservedFlags() throws IOException {
      byte[] stored = jdkGzip(TEXT);
      stored[3] = 0x20;
      assertThatThrownBy(() -> decompress(stored)).hasMessageContaining("reserved flags");
    }

    @Test
    void refusesAWrongLength() throws IOException {
      byte[] stored = jdkGzip(TEXT);
      stored[stored.length - 1] ^= 1;
      assertThatThrownBy(() -> decompress(stored)).hasMessageContaining("length of the data");
    }

    @Test
    void staysFailedAfterAFailure() throws IOException {
      byte[] stored = jdkGzip(TEXT);
      stored[stored.length - 1] ^= 1;
      DecompressingInputStream in = open(stored);
      assertThatThrownBy(in::readAllBytes).isInstanceOf(MalformedContentException.class);
      assertThatThrownBy(in::read).isInstanceOf(ImageException.class);
    }
  }

  @Nested
  class ZstdFraming {
    @Test
    void readsAllFramesAndSkipsTheSkippable() throws IOException { // LC-B5
      byte[] frame = compress(CompressionOptions.of(Compression.ZSTD), TEXT);
      byte[] skippable = {0x53, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 9, 9, 9};
      assertThat(decompress(join(skippable, frame, skippable, frame, skippable)))
          .isEqualTo(join(TEXT, TEXT));
    }

    @Test
    void refusesOtherBytesBehindTheLastFrame() throws IOException {
      byte[] frame = compress(CompressionOptions.of(Compression.ZSTD), TEXT);
      assertThatThrownBy(() -> decompress(join(frame, new byte[4])))
          .isInstanceOf(MalformedContentException.class);
    }

    @Test
    void refusesAWindowBeyondTheLimit() { // LC-C32: 256 MiB
      byte[] stored = HexFormat.of().parseHex("28b52ffd0090010000");
      assertThatThrownBy(() -> decompress(stored)).isInstanceOf(LimitExceededException.class);
    }
  }

  @Nested
  class Corruption {
    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void reportsEveryTruncation(Compression compression) throws IOException { // LC-F14
      byte[] content = compressible(new Random(5), 3000);
      byte[] stored = compress(CompressionOptions.of(compression), content);
      for (int length = 4; length < stored.length; length++) {
        byte[] cut = Arrays.copyOf(stored, length);
        assertThatThrownBy(() -> decompress(cut))
            .as("cut at %s", length)
            .isInstanceOf(MalformedContentException.class);
      }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void neverGivesOtherBytesForAFlippedOne(Compression compression) throws IOException { // LC-F14
      byte[] content = compressible(new Random(6), 2000);
      byte[] stored = compress(CompressionOptions.of(compression), content);
      for (int i = 4; i < stored.length; i++) {
        for (int bit = 0; bit < 8; bit++) {
          byte[] flipped = stored.clone();
          flipped[i] ^= (byte) (1 << bit);
          byte[] read;
          try {
            read = decompress(flipped);
          } catch (ImageException e) {
            continue;
          }
          assertThat(read).as("byte %s, bit %s", i, bit).isEqualTo(content);
        }
      }
    }

    @Test
    void passesOnWhatTheStoredStreamFailsWith() throws IOException {
      byte[] stored = jdkGzip(compressible(new Random(1), 500_000));
      InputStream failing =
          new ByteArrayInputStream(stored) {
            @Override
            public synchronized int read(byte[] b, int off, int len) {
              throw new java.io.UncheckedIOException(new IOException("unplugged"));
            }
          };
      assertThatThrownBy(
              () -> DecompressingInputStream.open(failing, DecompressionLimits.defaults()))
          .hasMessageContaining("unplugged");
    }
  }

  @Nested
  class Foreign {
    @Test
    void readsBzip2OnRequest() throws IOException { // LC-B2
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int i = 0; i < 2; i++) {
        try (OutputStream bzip2 = new BZip2CompressorOutputStream(new Uncloseable(out))) {
          bzip2.write(TEXT);
        }
      }
      check(out.toByteArray(), Compression.BZIP2);
    }

    @Test
    void readsXzOnRequest() throws IOException { // LC-B2
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      for (int i = 0; i < 2; i++) {
        try (OutputStream xz = new XZOutputStream(new Uncloseable(out), new LZMA2Options(1))) {
          xz.write(TEXT);
        }
      }
      check(out.toByteArray(), Compression.XZ);
    }

    private void check(byte[] stored, Compression expected) throws IOException {
      assertThatThrownBy(() -> open(stored)).isInstanceOf(UnsupportedContentException.class);
      try (DecompressingInputStream in = openAny(stored)) {
        assertThat(in.compression()).isEqualTo(expected);
        assertThat(in.readAllBytes()).isEqualTo(join(TEXT, TEXT));
      }
      byte[] more = join(stored, new byte[] {1, 2, 3, 4, 5, 6, 7, 8});
      assertThatThrownBy(() -> openAny(more).readAllBytes())
          .isInstanceOf(MalformedContentException.class);
      for (int length = 11; length < stored.length; length++) {
        byte[] cut = Arrays.copyOf(stored, length);
        if (length != stored.length / 2) { // there, one whole stream stands
          assertThatThrownBy(() -> openAny(cut).readAllBytes())
              .as("cut at %s", length)
              .isInstanceOf(MalformedContentException.class);
        }
      }
    }
  }

  @Nested
  class Limits {
    private final DecompressionLimits limits = DecompressionLimits.defaults();

    @Test
    void boundsStoredBytes() throws IOException { // LC-C31, LC-F19
      byte[] stored = jdkGzip(TEXT);
      assertThat(decompress(stored, limits.withCompressedBytes(stored.length))).isEqualTo(TEXT);
      exceeds("compressedBytes", stored, limits.withCompressedBytes(stored.length - 1));
    }

    @Test
    void boundsUncompressedBytes() throws IOException { // LC-C31
      byte[] stored = jdkGzip(TEXT);
      assertThat(decompress(stored, limits.withUncompressedBytes(TEXT.length))).isEqualTo(TEXT);
      exceeds("uncompressedBytes", stored, limits.withUncompressedBytes(TEXT.length - 1));
    }

    @Test
    void boundsMembers() throws IOException { // LC-C36
      byte[] gzip = join(jdkGzip(TEXT), jdkGzip(TEXT));
      assertThat(decompress(gzip, limits.withMembers(2))).hasSize(2 * TEXT.length);
      exceeds("members", gzip, limits.withMembers(1));
      byte[] frame = compress(CompressionOptions.of(Compression.ZSTD), TEXT);
      assertThat(decompress(join(frame, frame), limits.withMembers(2))).hasSize(2 * TEXT.length);
      exceeds("members", join(frame, frame), limits.withMembers(1));
    }

    @Test
    void boundsEmptyMembers() throws IOException { // LC-C36
      byte[] none = jdkGzip(new byte[0]);
      byte[] gzip = join(none, none, jdkGzip(TEXT), none, none);
      assertThat(decompress(gzip, limits.withEmptyMembersInARow(2))).isEqualTo(TEXT);
      exceeds("emptyMembersInARow", gzip, limits.withEmptyMembersInARow(1));
      byte[] skip = {0x53, 0x2a, 0x4d, 0x18, 0, 0, 0, 0};
      assertThat(decompress(join(skip, skip), limits.withEmptyMembersInARow(2))).isEmpty();
      exceeds("emptyMembersInARow", join(skip, skip), limits.withEmptyMembersInARow(1));
    }

    @Test
    void boundsGzipHeaders() throws IOException { // LC-C36
      byte[] plain = jdkGzip(TEXT);
      byte[] header = {0x1f, (byte) 0x8b, 8, 8, 0, 0, 0, 0, 0, 0};
      byte[] name = new byte[100];
      Arrays.fill(name, 0, 99, (byte) 'n');
      byte[] stored = join(header, name, Arrays.copyOfRange(plain, 10, plain.length));
      assertThat(decompress(stored, limits.withGzipHeaderBytes(110))).isEqualTo(TEXT);
      exceeds("gzipHeaderBytes", stored, limits.withGzipHeaderBytes(109));
    }

    private void exceeds(String option, byte[] stored, DecompressionLimits limits) {
      assertThatThrownBy(() -> decompress(stored, limits))
          .isInstanceOfSatisfying(
              LimitExceededException.class, e -> assertThat(e.limit()).isEqualTo(option));
    }
  }

  @Nested
  class MissingLibraries {
    @Test
    void saysWhichLibraryZstdNeeds() throws Exception {
      try (URLClassLoader loader = loaderWithout("com.github.luben.")) {
        assertThat(failureIn(loader, new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd}))
            .contains("UnsupportedContentException", "com.github.luben:zstd-jni");
      }
    }

    @Test
    void saysWhichLibraryXzNeeds() throws Exception {
      try (URLClassLoader loader = loaderWithout("org.tukaani.")) {
        assertThat(failureIn(loader, new byte[] {(byte) 0xfd, '7', 'z', 'X', 'Z', 0}))
            .contains("UnsupportedContentException", "org.tukaani:xz");
      }
    }

    private String failureIn(ClassLoader loader, byte[] stored) throws Exception {
      Class<?> limits = loader.loadClass(DecompressionLimits.class.getName());
      Class<?> opener = loader.loadClass(DecompressingInputStream.class.getName());
      Object defaults = limits.getMethod("defaults").invoke(null);
      try {
        InputStream in =
            (InputStream)
                opener
                    .getMethod("openAny", InputStream.class, limits)
                    .invoke(null, new ByteArrayInputStream(stored), defaults);
        return String.valueOf(in.read());
      } catch (java.lang.reflect.InvocationTargetException e) {
        return String.valueOf(e.getCause());
      } catch (IOException e) {
        return e.toString();
      }
    }

    /** Loads our own classes anew, and those of a library not at all. */
    private URLClassLoader loaderWithout(String prefix) {
      URL[] ours = {
        Compression.class.getProtectionDomain().getCodeSource().getLocation(),
      };
      return new URLClassLoader(ours, getClass().getClassLoader()) {
        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
          if (name.startsWith(prefix)) {
            throw new ClassNotFoundException(name);
          }
          if (name.startsWith("dev.imbrex.layers.compress.")) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? findClass(name) : loaded;
          }
          return super.loadClass(name, resolve);
        }
      };
    }
  }

  /** Keeps the stream below open. */
  private static final class Uncloseable extends java.io.FilterOutputStream {
    Uncloseable(OutputStream out) {
      super(out);
    }

    @Override
    public void close() {}
  }

  private static DecompressingInputStream open(byte[] stored) throws IOException {
    return DecompressingInputStream.open(
        new ByteArrayInputStream(stored), DecompressionLimits.defaults());
  }

  private static DecompressingInputStream openAny(byte[] stored) throws IOException {
    return DecompressingInputStream.openAny(
        new ByteArrayInputStream(stored), DecompressionLimits.defaults());
  }

  private static byte[] decompress(byte[] stored) throws IOException {
    return decompress(stored, DecompressionLimits.defaults());
  }

  private static byte[] decompress(byte[] stored, DecompressionLimits limits) throws IOException {
    try (InputStream in = DecompressingInputStream.open(new ByteArrayInputStream(stored), limits)) {
      return in.readAllBytes();
    }
  }

  private static byte[] compress(CompressionOptions options, byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (CompressingOutputStream stream = options.compressTo(out)) {
      stream.write(content);
      stream.finish();
    }
    return out.toByteArray();
  }

  private static byte[] jdkGzip(byte[] content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(content);
    }
    return out.toByteArray();
  }

  private static byte[] compressible(Random random, int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) "abcdef".charAt(random.nextInt(6));
    }
    return bytes;
  }

  private static byte[] join(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
