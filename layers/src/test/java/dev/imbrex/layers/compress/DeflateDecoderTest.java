package dev.imbrex.layers.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our inflate gives what the JDK's zlib gives, and refuses what it refuses. */
class DeflateDecoderTest {
  private static final int[] STRATEGIES = {
    Deflater.DEFAULT_STRATEGY, Deflater.FILTERED, Deflater.HUFFMAN_ONLY
  };

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 257, 258, 259, 32_767, 32_768, 32_769, 65_535, 163_840, 1_000_000})
  void inflatesWhatTheJdkDeflates(int size) throws Exception {
    Random random = new Random(size);
    for (Kind kind : Kind.values()) {
      byte[] bytes = kind.make(random, size);
      for (int level : new int[] {0, 1, 6, 9}) {
        for (int strategy : STRATEGIES) {
          assertThat(inflated(deflated(bytes, level, strategy)))
              .as("%s, level %d, strategy %d", kind, level, strategy)
              .isEqualTo(bytes);
        }
      }
    }
  }

  @Test
  void doesNotDependOnHowItIsRead() throws Exception {
    Random random = new Random(7);
    byte[] bytes = Kind.MIXED.make(random, 700_000);
    byte[] deflated = deflated(bytes, 6, Deflater.DEFAULT_STRATEGY);
    for (int seed = 0; seed < 20; seed++) {
      Random parts = new Random(seed);
      StoredBytes in =
          new StoredBytes(inPieces(deflated, parts, 1 + parts.nextInt(3000)), 1L << 40);
      DeflateDecoder decoder = new DeflateDecoder(in);
      decoder.begin();
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 + parts.nextInt(100_000)];
      for (int read; (read = decoder.decode(buffer, 0, buffer.length)) > 0; ) {
        out.write(buffer, 0, read);
      }
      assertThat(out.toByteArray()).as("seed %d", seed).isEqualTo(bytes);
    }
  }

  /** Codes of 15 bits, and second tables of several widths. */
  @Test
  void knowsTheLongestCodes() throws Exception {
    ByteArrayOutputStream skewed = new ByteArrayOutputStream();
    int before = 1;
    int times = 1;
    for (int value = 0; value < 24; value++) {
      for (int i = 0; i < times; i++) {
        skewed.write(value * 7);
      }
      int next = before + times;
      before = times;
      times = next;
    }
    byte[] bytes = skewed.toByteArray();
    assertThat(inflated(deflated(bytes, 6, Deflater.HUFFMAN_ONLY))).isEqualTo(bytes);
  }

  /** LC-B3: members follow one another, so not a byte more may be taken. */
  @Test
  void takesTheBytesOfItsStreamAlone() throws Exception {
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      byte[] bytes = Kind.any(random).make(random, random.nextInt(5000));
      byte[] deflated = deflated(bytes, 1 + seed % 9, STRATEGIES[seed % 3]);
      byte[] more = Arrays.copyOf(deflated, deflated.length + 40);
      more[deflated.length] = 42;
      StoredBytes in = new StoredBytes(new ByteArrayInputStream(more), 1L << 40);
      DeflateDecoder decoder = new DeflateDecoder(in);
      decoder.begin();
      assertThat(readAll(decoder)).as("seed %d", seed).isEqualTo(bytes);
      assertThat(in.read()).as("seed %d", seed).isEqualTo(42);
    }
  }

  @Test
  void takesAndRefusesWhatTheJdkDoes() throws IOException {
    String wanted = System.getProperty("imbrex.seed");
    long first = wanted == null ? 1 : Long.parseLong(wanted);
    long last = wanted == null ? Long.getLong("imbrex.cases", 3000) : first;
    int refused = 0;
    int taken = 0;
    for (long seed = first; seed <= last; seed++) {
      byte[] stream = mutated(new Random(seed));
      byte[] expected = byJdk(stream);
      byte[] actual;
      try {
        actual = inflated(stream);
      } catch (DataFormatException e) {
        actual = null;
      }
      assertThat(actual).as("-Dimbrex.seed=%d", seed).isEqualTo(expected);
      refused += expected == null ? 1 : 0;
      taken += expected == null ? 0 : 1;
    }
    if (wanted == null) {
      assertThat(refused).isGreaterThan(100);
      assertThat(taken).isGreaterThan(100);
    }
  }

  @Test
  void saysWhatIsWrong() {
    assertRefused(new byte[] {}, "ends early");
    assertRefused(new byte[] {7}, "unknown kind");
    assertRefused(new byte[] {1, 1, 0, 1, 1}, "stored block");
    assertRefused(new byte[] {1, 5, 0, (byte) 0xfa, (byte) 0xff, 1, 2}, "ends early");
    // A block with the fixed codes whose first symbol is a match.
    assertRefused(new byte[] {0x03, 0x02, 0, 0}, "before the beginning");
  }

  private static void assertRefused(byte[] stream, String message) {
    assertThatThrownBy(() -> inflated(stream))
        .isInstanceOf(DataFormatException.class)
        .hasMessageContaining(message);
  }

  private static byte[] mutated(Random random) {
    Kind kind = Kind.any(random);
    byte[] bytes = kind.make(random, random.nextInt(1 << random.nextInt(14)));
    byte[] stream = deflated(bytes, random.nextInt(10), STRATEGIES[random.nextInt(3)]);
    int mutations = random.nextInt(4);
    for (int i = 0; i < mutations; i++) {
      // What stands at the front describes the codes, and is the more interesting.
      int bound = random.nextBoolean() ? Math.min(stream.length, 80) : stream.length;
      stream[random.nextInt(bound)] ^= (byte) (1 << random.nextInt(8));
    }
    return random.nextInt(8) == 0
        ? Arrays.copyOf(stream, random.nextInt(stream.length + 1))
        : stream;
  }

  private static byte @Nullable [] byJdk(byte[] stream) {
    Inflater inflater = new Inflater(true);
    try {
      inflater.setInput(stream);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[10_000];
      while (!inflater.finished()) {
        int read = inflater.inflate(buffer);
        if (read == 0
            && !inflater.finished()
            && (inflater.needsInput() || inflater.needsDictionary())) {
          return null;
        }
        out.write(buffer, 0, read);
      }
      return out.toByteArray();
    } catch (DataFormatException e) {
      return null;
    } finally {
      inflater.end();
    }
  }

  private static byte[] inflated(byte[] stream) throws IOException, DataFormatException {
    DeflateDecoder decoder =
        new DeflateDecoder(new StoredBytes(new ByteArrayInputStream(stream), 1L << 40));
    decoder.begin();
    return readAll(decoder);
  }

  private static byte[] readAll(DeflateDecoder decoder) throws IOException, DataFormatException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[20_000];
    for (int read; (read = decoder.decode(buffer, 0, buffer.length)) > 0; ) {
      out.write(buffer, 0, read);
    }
    return out.toByteArray();
  }

  private static byte[] deflated(byte[] bytes, int level, int strategy) {
    Deflater deflater = new Deflater(level, true);
    deflater.setStrategy(strategy);
    deflater.setInput(bytes);
    deflater.finish();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] buffer = new byte[10_000];
    while (!deflater.finished()) {
      out.write(buffer, 0, deflater.deflate(buffer));
    }
    deflater.end();
    return out.toByteArray();
  }

  private static InputStream inPieces(byte[] bytes, Random random, int most) {
    return new FilterInputStream(new ByteArrayInputStream(bytes)) {
      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return super.read(into, offset, Math.min(length, 1 + random.nextInt(most)));
      }
    };
  }
}
