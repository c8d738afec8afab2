package dev.imbrex.manifest.digest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** SN-D6. */
class VerifiedInputStreamTest {
  private static final long SEED = Long.getLong("imbrex.seed", 600613L);
  private static final String WHAT = "layer 3 of app:1";

  private final byte[] content = content(100_000);
  private final Digest digest = Digest.sha256(content);

  /** The ways in which a caller can read a stream to its end. */
  enum Reading {
    BYTE_BY_BYTE {
      @Override
      byte[] all(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0; b = in.read()) {
          all.write(b);
        }
        return all.toByteArray();
      }
    },
    ALL_AT_ONCE {
      @Override
      byte[] all(InputStream in) throws IOException {
        return in.readAllBytes();
      }
    },
    TRANSFER {
      @Override
      byte[] all(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        in.transferTo(all);
        return all.toByteArray();
      }
    },
    BUFFERED_IN_ODD_PIECES {
      @Override
      byte[] all(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (InputStream buffered = new BufferedInputStream(in, 37)) {
          byte[] piece = new byte[101];
          for (int n = buffered.read(piece, 1, 100); n >= 0; n = buffered.read(piece, 1, 100)) {
            all.write(piece, 1, n);
          }
        }
        return all.toByteArray();
      }
    };

    abstract byte[] all(InputStream in) throws IOException;
  }

  @Nested
  class GivesContentThatFits {
    @ParameterizedTest
    @EnumSource(Reading.class)
    void howeverItIsRead(Reading reading) throws IOException {
      try (InputStream in = verified(content, content.length, digest)) {
        assertThat(reading.all(in)).isEqualTo(content);
        assertThat(in.read()).isEqualTo(-1);
        assertThat(in.read(new byte[10])).isEqualTo(-1);
      }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 8191, 8192, 8193})
    void ofAnySize(int size) throws IOException {
      byte[] some = content(size);

      assertThat(verified(some, size, Digest.sha256(some)).readAllBytes()).isEqualTo(some);
    }

    @Test
    void byTheOtherAlgorithm() throws IOException {
      Digest sha512 = Digest.of(DigestAlgorithm.SHA512, content);

      assertThat(verified(content, content.length, sha512).readAllBytes()).isEqualTo(content);
    }

    @Test
    void alsoInTheSmallestPieces() throws IOException {
      InputStream in = VerifiedInputStream.of(new Trickle(content), content.length, digest, WHAT);

      assertThat(in.readAllBytes()).isEqualTo(content);
    }

    @Test
    void hashingWhatIsSkipped() throws IOException {
      InputStream in = verified(content, content.length, digest);

      assertThat(in.skip(5_000)).isEqualTo(5_000);
      assertThat(in.readNBytes(10)).isEqualTo(Arrays.copyOfRange(content, 5_000, 5_010));
      in.skipNBytes(content.length - 5_010);
      assertThat(in.read()).isEqualTo(-1);
    }

    @Test
    void readingStraightIntoTheArray() throws IOException {
      byte[][] seen = new byte[1][];
      InputStream inside =
          new ByteArrayInputStream(content) {
            @Override
            public synchronized int read(byte[] bytes, int offset, int length) {
              seen[0] = bytes;
              return super.read(bytes, offset, length);
            }
          };
      byte[] array = new byte[content.length + 5];

      int read = VerifiedInputStream.of(inside, content.length, digest, WHAT).read(array);

      assertThat(read).isEqualTo(content.length);
      assertThat(seen[0]).isSameAs(array);
    }

    @Test
    void tellingWhatIsThereAndStillPromised() throws IOException {
      InputStream in = verified(content, 10, Digest.sha256(Arrays.copyOf(content, 10)));

      assertThat(in.available()).isEqualTo(10);
      in.readNBytes(4);
      assertThat(in.available()).isEqualTo(6);
    }

    @Test
    void readingNothingIntoAnEmptyArray() throws IOException {
      InputStream in = verified(content, content.length, digest);

      assertThat(in.read(new byte[0])).isZero();
      assertThat(in.readAllBytes()).isEqualTo(content);
    }
  }

  @Nested
  class RefusesContent {
    @ParameterizedTest
    @EnumSource(Reading.class)
    void withAnotherDigest(Reading reading) throws IOException {
      byte[] other = content.clone();
      other[77] ^= 1;
      InputStream in = verified(other, content.length, digest);

      assertThatExceptionOfType(DigestMismatchException.class)
          .isThrownBy(() -> reading.all(in))
          .withMessage(WHAT + ": expected " + digest + ", found " + Digest.sha256(other))
          .satisfies(
              e -> {
                assertThat(e.expected()).isEqualTo(digest.toString());
                assertThat(e.actual()).isEqualTo(Digest.sha256(other).toString());
              });
      assertKeepsFailing(in, DigestMismatchException.class);
    }

    @ParameterizedTest
    @EnumSource(Reading.class)
    void thatIsTooShort(Reading reading) throws IOException {
      InputStream in = verified(content, content.length + 1, digest);

      assertThatExceptionOfType(DigestMismatchException.class)
          .isThrownBy(() -> reading.all(in))
          .withMessage(WHAT + ": expected 100001 bytes, found 100000 bytes");
      assertKeepsFailing(in, DigestMismatchException.class);
    }

    @ParameterizedTest
    @EnumSource(Reading.class)
    void thatIsTooLong(Reading reading) throws IOException {
      Digest ofStart = Digest.sha256(Arrays.copyOf(content, 50_000));
      ByteArrayInputStream inside = new ByteArrayInputStream(content);
      InputStream in = VerifiedInputStream.of(inside, 50_000, ofStart, WHAT);

      assertThatExceptionOfType(DigestMismatchException.class)
          .isThrownBy(() -> reading.all(in))
          .withMessage(WHAT + ": expected 50000 bytes, found more");
      assertThat(inside.available()).as("read at most one byte more").isEqualTo(49_999);
      assertKeepsFailing(in, DigestMismatchException.class);
    }

    @Test
    void thatShouldBeEmpty() throws IOException {
      InputStream more = verified(new byte[1], 0, Digest.sha256(new byte[0]));
      InputStream other = verified(new byte[0], 0, digest);

      assertThatExceptionOfType(DigestMismatchException.class).isThrownBy(more::read);
      assertThatExceptionOfType(DigestMismatchException.class).isThrownBy(other::read);
    }

    @Test
    void beforeAReaderThatCountsHasTheLastByte() throws IOException {
      byte[] other = content.clone();
      other[0] ^= 1;
      InputStream in = verified(other, content.length, digest);

      assertThat(in.readNBytes(content.length - 1)).hasSize(content.length - 1);
      assertThatExceptionOfType(DigestMismatchException.class).isThrownBy(() -> in.readNBytes(1));
    }

    @Test
    void beforeASkipIsOver() throws IOException {
      byte[] other = content.clone();
      other[0] ^= 1;
      InputStream in = verified(other, content.length, digest);

      assertThatExceptionOfType(DigestMismatchException.class)
          .isThrownBy(() -> in.skipNBytes(content.length));
    }

    @Test
    void withANewExceptionEachTime() throws IOException {
      InputStream in = verified(content, 1, digest);
      Throwable first = failureOf(in);
      Throwable second = failureOf(in);

      // a reader that fails once more when it is closed adds the second to the first
      first.addSuppressed(second);
      assertThat(second).isNotSameAs(first).hasMessage(first.getMessage());
    }
  }

  @Nested
  class AfterAFailureInside {
    @Test
    void passesItOnAndFailsEverAfter() throws IOException {
      InputStream in =
          VerifiedInputStream.of(
              new Failing(new InterruptedIOException("stop")), content.length, digest, WHAT);

      in.readNBytes(10);
      assertThatExceptionOfType(InterruptedIOException.class)
          .isThrownBy(in::read)
          .withMessage("stop");
      assertThatExceptionOfType(ImageException.class)
          .isThrownBy(in::read)
          .withMessage(WHAT + ": an earlier read failed")
          .withCauseInstanceOf(InterruptedIOException.class);
      assertKeepsFailing(in, ImageException.class);
    }

    @Test
    void passesOnWhatACallbackThrows() throws IOException {
      InputStream in =
          VerifiedInputStream.of(
              new Failing(new IllegalStateException("cancelled")), content.length, digest, WHAT);

      in.readNBytes(10);
      assertThatExceptionOfType(IllegalStateException.class).isThrownBy(in::read);
      assertKeepsFailing(in, ImageException.class);
    }

    /** Gives ten bytes of the right content, fails once, and then goes on as if nothing was. */
    private final class Failing extends InputStream {
      private final Exception failure;
      private int position;
      private boolean failed;

      Failing(Exception failure) {
        this.failure = failure;
      }

      @Override
      public int read() throws IOException {
        if (position == 10 && !failed) {
          failed = true;
          if (failure instanceof IOException e) {
            throw e;
          }
          throw (RuntimeException) failure;
        }
        return content[position++] & 0xff;
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        bytes[offset] = (byte) read();
        return 1;
      }
    }
  }

  @Nested
  class Closing {
    @Test
    void closesTheStreamInsideAndVerifiesNothing() throws IOException {
      boolean[] closed = new boolean[1];
      InputStream inside =
          new ByteArrayInputStream(content) {
            @Override
            public void close() {
              closed[0] = true;
            }
          };
      InputStream in = VerifiedInputStream.of(inside, 5, digest, WHAT);

      in.close();

      assertThat(closed[0]).isTrue();
      assertThat(inside.available()).isEqualTo(content.length);
    }
  }

  @Nested
  class TheFactory {
    @Test
    void refusesAnUnknownAlgorithm() {
      // SN-D3
      assertThatExceptionOfType(UnsupportedContentException.class)
          .isThrownBy(() -> verified(content, 1, Digest.parse("blake9:abc")))
          .withMessageContaining(WHAT)
          .withMessageContaining("blake9:abc");
    }

    @Test
    @SuppressWarnings("NullAway") // what a caller without null checks may do
    void refusesANegativeSizeAndNull() {
      assertThatIllegalArgumentException().isThrownBy(() -> verified(content, -1, digest));
      assertThatNullPointerException()
          .isThrownBy(() -> VerifiedInputStream.of(null, 1, digest, WHAT));
      assertThatNullPointerException().isThrownBy(() -> verified(content, 1, null));
      assertThatNullPointerException()
          .isThrownBy(() -> VerifiedInputStream.of(InputStream.nullInputStream(), 1, digest, null));
    }

    @Test
    void takesTheLargestSize() throws IOException {
      InputStream in = verified(content, Long.MAX_VALUE, digest);

      assertThatExceptionOfType(DigestMismatchException.class)
          .isThrownBy(in::readAllBytes)
          .withMessageEndingWith("expected 9223372036854775807 bytes, found 100000 bytes");
    }

    @Test
    void makesAStreamThatCannotGoBack() throws IOException {
      assertThat(verified(content, content.length, digest).markSupported()).isFalse();
    }
  }

  @Test
  void findsAnyOneWrongByteOrLength() throws IOException {
    Random random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      byte[] right = content(1 + random.nextInt(300));
      boolean changed = random.nextBoolean();
      byte[] wrong = changed ? right.clone() : Arrays.copyOf(right, random.nextInt(600));
      if (changed) {
        wrong[random.nextInt(wrong.length)] ^= (byte) (1 << random.nextInt(8));
      }
      boolean same = Arrays.equals(right, wrong);
      InputStream in = verified(wrong, right.length, Digest.sha256(right));

      assertThat(failed(in, random.nextInt(right.length)))
          .as("seed %s, case %s", SEED, i)
          .isEqualTo(!same);
    }
  }

  private static boolean failed(InputStream in, int skipped) throws IOException {
    try {
      in.skipNBytes(skipped);
      in.readAllBytes();
      return false;
    } catch (DigestMismatchException e) {
      return true;
    }
  }

  private static Throwable failureOf(InputStream in) throws IOException {
    try {
      in.readAllBytes();
    } catch (DigestMismatchException e) {
      return e;
    }
    throw new AssertionError("no failure");
  }

  private static void assertKeepsFailing(InputStream in, Class<? extends IOException> type) {
    assertThatExceptionOfType(type).isThrownBy(in::read);
    assertThatExceptionOfType(type).isThrownBy(() -> in.read(new byte[10]));
    assertThatExceptionOfType(type).isThrownBy(() -> in.read(new byte[0]));
    assertThatExceptionOfType(type).isThrownBy(() -> in.skip(1));
    assertThatExceptionOfType(type).isThrownBy(in::readAllBytes);
    assertThatExceptionOfType(type).isThrownBy(() -> in.transferTo(new ByteArrayOutputStream()));
  }

  private static InputStream verified(byte[] bytes, long size, Digest digest) throws IOException {
    return VerifiedInputStream.of(new ByteArrayInputStream(bytes), size, digest, WHAT);
  }

  private static byte[] content(int size) {
    byte[] bytes = new byte[size];
    new Random(SEED).nextBytes(bytes);
    return bytes;
  }

  /** Gives one byte at a time, and now and then none. */
  private static final class Trickle extends InputStream {
    private final InputStream in;
    private int calls;

    Trickle(byte[] bytes) {
      this.in = new ByteArrayInputStream(bytes);
    }

    @Override
    public int read() throws IOException {
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      return ++calls % 3 == 0 ? 0 : in.read(bytes, offset, Math.min(length, 1));
    }
  }
}
