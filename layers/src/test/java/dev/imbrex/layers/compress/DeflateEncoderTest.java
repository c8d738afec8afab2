package dev.imbrex.layers.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our deflate is what the JDK's zlib inflates to the same bytes. */
class DeflateEncoderTest {
  /** Sizes at which segments and stored blocks end, and a little to either side. */
  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 1, 2, 3, 4, 5, 8, 257, 258, 259, 4999, 65_534, 65_535, 65_536, 262_143, 262_144, 262_145,
        294_912, 524_288, 600_000
      })
  void inflatesAtEverySize(int size) throws IOException {
    Random random = new Random(size);
    for (Kind kind : Kind.values()) {
      byte[] bytes = kind.make(random, size);
      for (int level = 1; level <= 9; level += 4) {
        assertThat(inflated(gzip(bytes, level))).as("%s, level %d", kind, level).isEqualTo(bytes);
      }
    }
  }

  /** Where things are is remembered in 16 bits, so what is 64 KiB away seems to be here. */
  @ParameterizedTest
  @ValueSource(ints = {32_767, 32_768, 32_769, 65_535, 65_536, 65_537, 98_304, 131_072})
  void inflatesWhatComesAgainAtADistance(int distance) throws IOException {
    byte[] once = Kind.NOISE.bytes(new Random(distance), distance);
    byte[] thrice = new byte[3 * distance];
    for (int i = 0; i < thrice.length; i += distance) {
      System.arraycopy(once, 0, thrice, i, distance);
    }
    for (int level = 1; level <= 9; level++) {
      assertThat(inflated(gzip(thrice, level))).as("level %d", level).isEqualTo(thrice);
    }
  }

  @Test
  void inflatesAnything() throws IOException {
    String wanted = System.getProperty("imbrex.seed");
    long first = wanted == null ? 1 : Long.parseLong(wanted);
    long last = wanted == null ? 400 : first;
    for (long seed = first; seed <= last; seed++) {
      Random random = new Random(seed);
      Kind kind = Kind.any(random);
      byte[] bytes = kind.make(random, random.nextInt(1 << random.nextInt(20)));
      int level = 1 + random.nextInt(9);
      assertThat(inflated(gzip(bytes, level)))
          .as("-Dimbrex.seed=%d: %d of %s, level %d", seed, bytes.length, kind, level)
          .isEqualTo(bytes);
    }
  }

  /** LC-D10, LC-D13: the bytes are the same however they are written. */
  @Test
  void doesNotDependOnHowItIsWritten() throws IOException {
    byte[] bytes = Kind.WORDS.make(new Random(5), 700_000);
    byte[] whole = gzip(bytes, 6);
    ByteArrayOutputStream parts = new ByteArrayOutputStream();
    GzipOutputStream out = new GzipOutputStream(parts, 6, 1);
    Random random = new Random(6);
    for (int i = 0; i < bytes.length; ) {
      int length = Math.min(bytes.length - i, random.nextInt(5000));
      out.write(bytes, i, length);
      i += length;
    }
    out.finish();
    assertThat(parts.toByteArray()).isEqualTo(whole);
  }

  /** LC-F5: nor on how many threads encode it. */
  @ParameterizedTest
  @ValueSource(ints = {2, 3, 8})
  void doesNotDependOnTheNumberOfThreads(int threads) throws IOException {
    byte[] bytes = Kind.MIXED.make(new Random(9), 5_000_000);
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    try (GzipOutputStream out = new GzipOutputStream(compressed, 6, threads)) {
      for (int i = 0; i < bytes.length; i += 100_000) {
        out.write(bytes, i, 100_000);
      }
      out.finish();
    }
    assertThat(compressed.toByteArray()).isEqualTo(gzip(bytes, 6));
    assertThat(inflated(compressed.toByteArray())).isEqualTo(bytes);
    assertThat(encoderThreads()).isEmpty();
  }

  @Test
  void leavesNoThreadBehindWhenItIsAbandoned() throws IOException {
    byte[] bytes = Kind.NOISE.make(new Random(10), 1_000_000);
    try (GzipOutputStream out = new GzipOutputStream(OutputStream.nullOutputStream(), 6, 2)) {
      out.write(bytes, 0, bytes.length);
      assertThat(encoderThreads()).isNotEmpty();
    }
    assertThat(encoderThreads()).isEmpty();
  }

  @Test
  void startsNoThreadForLittle() throws IOException {
    try (GzipOutputStream out = new GzipOutputStream(OutputStream.nullOutputStream(), 6, 2)) {
      out.write(new byte[200_000], 0, 200_000);
      out.finish();
      assertThat(encoderThreads()).isEmpty();
    }
  }

  @Test
  void stopsWhenItIsInterrupted() throws IOException {
    byte[] bytes = Kind.NOISE.make(new Random(11), 3_000_000);
    try (GzipOutputStream out = new GzipOutputStream(OutputStream.nullOutputStream(), 6, 2)) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> out.write(bytes, 0, bytes.length))
          .isInstanceOf(InterruptedIOException.class);
    }
    assertThat(Thread.interrupted()).isTrue();
    assertThat(encoderThreads()).isEmpty();
  }

  private static List<Thread> encoderThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("imbrex-deflate"))
        .toList();
  }

  /** What level 6 promises: no more bytes than zlib's level 6, within one part in a hundred. */
  @Test
  void isAsSmallAsZlib() throws IOException {
    for (Kind kind : new Kind[] {Kind.WORDS, Kind.CLASSES, Kind.NOISE, Kind.ZEROS}) {
      byte[] bytes = kind.bytes(new Random(7), 2_000_000);
      Deflater deflater = new Deflater(6, true);
      deflater.setInput(bytes);
      deflater.finish();
      byte[] zlib = new byte[3_000_000];
      int size = deflater.deflate(zlib);
      deflater.end();
      // A segment of its own costs some bytes, which show where there is next to nothing.
      assertThat(gzip(bytes, 6).length).as("%s", kind).isLessThan(size + size / 100 + 500);
    }
  }

  /** Noise is stored: a header of a block for each 64 KiB, and the end of each segment. */
  @Test
  void addsNextToNothingToNoise() throws IOException {
    byte[] bytes = Kind.NOISE.make(new Random(12), 2_000_000);
    for (int level = 1; level <= 9; level++) {
      assertThat(gzip(bytes, level).length).as("level %d", level).isLessThan(2_000_000 + 500);
    }
  }

  /** What comes after noise is as small as it is without it, but for a block that both share. */
  @Test
  void findsMatchesSoonAfterNoise() throws IOException {
    byte[] noise = Kind.NOISE.make(new Random(13), 100_000);
    byte[] words = Kind.WORDS.make(new Random(14), 100_000);
    byte[] both = Arrays.copyOf(noise, noise.length + words.length);
    System.arraycopy(words, 0, both, noise.length, words.length);
    for (int level = 1; level <= 9; level++) {
      assertThat(gzip(both, level).length)
          .as("level %d", level)
          .isLessThan(gzip(noise, level).length + gzip(words, level).length + 1000);
    }
  }

  /** LC-D13: an encoder reads past the end, and has tables left from the segment before. */
  @Test
  void doesNotDependOnWhatComesAfterTheEndNorOnWhatCameBefore() {
    Random random = new Random(15);
    for (int level = 1; level <= 9; level += 2) {
      DeflateEncoder used = new DeflateEncoder(level);
      for (int i = 0; i < 100; i++) {
        int size = random.nextInt(1 << random.nextInt(13));
        byte[] bytes = Kind.any(random).make(random, size + DeflateEncoder.SLACK);
        byte[] other = Arrays.copyOf(bytes, bytes.length);
        for (int j = size; j < bytes.length; j++) {
          // As what stands somewhere before, so that it could pass for a match.
          bytes[j] = size == 0 ? 1 : bytes[random.nextInt(size)];
        }
        BitSink one = new BitSink(0);
        used.encode(bytes, 0, size, true, one);
        BitSink two = new BitSink(0);
        new DeflateEncoder(level).encode(other, 0, size, true, two);
        assertThat(Arrays.copyOf(one.bytes(), one.size()))
            .as("%d bytes, level %d", size, level)
            .isEqualTo(Arrays.copyOf(two.bytes(), two.size()));
      }
    }
  }

  @Test
  void isSmallerAtHigherLevels() throws IOException {
    byte[] bytes = Kind.WORDS.bytes(new Random(8), 1_000_000);
    assertThat(gzip(bytes, 9).length).isLessThan(gzip(bytes, 6).length);
    assertThat(gzip(bytes, 6).length).isLessThan(gzip(bytes, 1).length);
  }

  /** A code with frequencies as in Fibonacci's numbers is as deep as a code can be. */
  @Test
  void keepsCodesWithinTheirLimit() {
    for (int symbols = 2; symbols <= 40; symbols++) {
      HuffmanCode code = new HuffmanCode(symbols, 7);
      int[] frequencies = new int[symbols];
      int before = 1;
      int frequency = 1;
      for (int i = 0; i < symbols; i++) {
        frequencies[i] = Math.min(frequency, 1 << 24);
        int next = Math.min(before + frequency, 1 << 24);
        before = frequency;
        frequency = next;
      }
      code.build(frequencies);
      double leaves = 0;
      for (byte length : code.lengths) {
        assertThat((int) length).isBetween(1, 7);
        leaves += Math.pow(2, -length);
      }
      assertThat(leaves).as("%d symbols", symbols).isEqualTo(1.0);
    }
  }

  private static byte[] gzip(byte[] bytes, int level) throws IOException {
    ByteArrayOutputStream compressed = new ByteArrayOutputStream();
    GzipOutputStream out = new GzipOutputStream(compressed, level, 1);
    out.write(bytes, 0, bytes.length);
    out.finish();
    return compressed.toByteArray();
  }

  private static byte[] inflated(byte[] gzip) throws IOException {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return in.readAllBytes();
    }
  }
}
