package dev.imbrex.layers.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read from a checkpoint is what was read there from the beginning. */
class CheckpointsTest {
  private static final DecompressionLimits LIMITS = DecompressionLimits.defaults();
  private static final int SIZE = 3_000_000;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void readsOnWhoeverCompressed(Kind kind) throws IOException {
    long seed = Long.getLong("imbrex.seed", System.nanoTime());
    Random random = new Random(seed);
    byte[] bytes = kind.make(random, SIZE);
    for (byte[] stored :
        List.of(ours(bytes), byTheJdk(bytes, 1), byTheJdk(bytes, 6), inMembers(bytes))) {
      Checkpoints noted = note(stored, bytes);

      assertThat(noted.storedSize()).isEqualTo(stored.length);
      for (Checkpoint place : noted.places()) {
        assertThat(readAt(stored, place, SIZE))
            .as("%s, %s, seed %d", kind, place, seed)
            .isEqualTo(Arrays.copyOfRange(bytes, (int) place.offset(), SIZE));
      }
      for (int i = 0; i < 20; i++) {
        int offset = random.nextInt(SIZE);
        noted
            .before(offset)
            .ifPresent(place -> assertThat(place.offset()).isBetween(0L, (long) offset));
      }
    }
  }

  @Test
  void liesAMebibyteApartAndEachInOneWay() throws IOException {
    byte[] bytes = Kind.MIXED.make(new Random(1), SIZE);
    byte[] stored = byTheJdk(bytes, 6);

    Checkpoints noted = note(stored, bytes);

    assertThat(noted.places()).hasSize(2);
    long before = 0;
    for (Checkpoint place : noted.places()) {
      assertThat(place.offset()).isGreaterThanOrEqualTo(before + (1 << 20));
      assertThat(noted.before(place.offset())).contains(place);
      assertThat(noted.before(place.offset() + 1)).contains(place);
      assertThat(noted.before(place.offset() - 1)).isNotEqualTo(Optional.of(place));
      before = place.offset();
    }
    assertThat(noted.before(0)).isEmpty();
  }

  /** Sixty-four at most, spread over all of it. */
  @Test
  void staysFewInLargeData() throws IOException {
    long size = 150L << 20;
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    byte[] block = Kind.MIXED.make(new Random(2), 1 << 16);
    try (OutputStream gzip = new Gzip(stored, 1)) {
      for (long at = 0; at < size; at += block.length) {
        gzip.write(block);
      }
    }

    Checkpoints noted;
    try (DecompressingInputStream in =
        DecompressingInputStream.openNoting(
            new ByteArrayInputStream(stored.toByteArray()), LIMITS)) {
      in.transferTo(OutputStream.nullOutputStream());
      noted = in.checkpoints();
    }

    assertThat(noted.places()).hasSizeBetween(32, 64);
    long before = 0;
    for (Checkpoint place : noted.places()) {
      assertThat(place.offset() - before).isLessThan(size / 30);
      before = place.offset();
    }
    Checkpoint last = noted.before(size - 1).orElseThrow();
    byte[] rest = readAt(stored.toByteArray(), last, (int) (size - last.offset()));
    assertThat(rest).hasSize((int) (size - last.offset())).endsWith(block);
  }

  @Test
  void hasNoneWhereThereIsNoGzip() throws IOException {
    byte[] bytes = Kind.MIXED.make(new Random(3), SIZE);
    ByteArrayOutputStream zstd = new ByteArrayOutputStream();
    try (CompressingOutputStream out = CompressionOptions.of(Compression.ZSTD).compressTo(zstd)) {
      out.write(bytes);
      out.finish();
    }

    assertThat(note(bytes, bytes).places()).isEmpty();
    assertThat(note(zstd.toByteArray(), bytes).places()).isEmpty();
    try (DecompressingInputStream in =
        DecompressingInputStream.open(new ByteArrayInputStream(ours(bytes)), LIMITS)) {
      in.readAllBytes();
      assertThat(in.checkpoints().places()).isEmpty();
    }
  }

  @Test
  void refusesWhatEndsEarlyOrGoesTooFar() throws IOException {
    byte[] bytes = Kind.MIXED.make(new Random(4), SIZE);
    byte[] stored = ours(bytes);
    Checkpoint place = note(stored, bytes).places().get(1);
    byte[] cut = Arrays.copyOf(stored, stored.length - 100);
    DecompressionLimits small = LIMITS.withUncompressedBytes(place.offset() + 1000);

    assertThatThrownBy(() -> readAt(cut, place, SIZE))
        .isInstanceOf(MalformedContentException.class)
        .hasMessageContaining("ends early");
    assertThatThrownBy(
            () -> {
              try (InputStream in =
                  DecompressingInputStream.openAt(from(stored, place), place, small)) {
                in.readAllBytes();
              }
            })
        .isInstanceOf(LimitExceededException.class);
  }

  private static Checkpoints note(byte[] stored, byte[] expected) throws IOException {
    try (DecompressingInputStream in =
        DecompressingInputStream.openNoting(new ByteArrayInputStream(stored), LIMITS)) {
      assertThat(in.readAllBytes()).isEqualTo(expected);
      return in.checkpoints();
    }
  }

  private static byte[] readAt(byte[] stored, Checkpoint place, int most) throws IOException {
    try (InputStream in = DecompressingInputStream.openAt(from(stored, place), place, LIMITS)) {
      return in.readNBytes(most);
    }
  }

  private static InputStream from(byte[] stored, Checkpoint place) {
    int offset = (int) place.storedOffset();
    return new ByteArrayInputStream(stored, offset, stored.length - offset);
  }

  private static byte[] ours(byte[] bytes) throws IOException {
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    try (CompressingOutputStream out = CompressionOptions.of(Compression.GZIP).compressTo(stored)) {
      out.write(bytes);
      out.finish();
    }
    return stored.toByteArray();
  }

  private static byte[] byTheJdk(byte[] bytes, int level) throws IOException {
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    try (OutputStream out = new Gzip(stored, level)) {
      out.write(bytes);
    }
    return stored.toByteArray();
  }

  private static byte[] inMembers(byte[] bytes) throws IOException {
    ByteArrayOutputStream stored = new ByteArrayOutputStream();
    for (int at = 0; at < bytes.length; at += 700_000) {
      stored.write(
          byTheJdk(
              Arrays.copyOfRange(bytes, at, Math.min(at + 700_000, bytes.length)),
              Deflater.DEFAULT_COMPRESSION));
    }
    return stored.toByteArray();
  }

  private static final class Gzip extends GZIPOutputStream {
    Gzip(OutputStream out, int level) throws IOException {
      super(out);
      def.setLevel(level);
    }
  }
}
