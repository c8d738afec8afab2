package dev.imbrex.layers.layer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.SequenceInputStream;
import java.nio.channels.ClosedChannelException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class AheadInputTest {
  private final byte[] bytes = new byte[3_000_001];

  AheadInputTest() {
    new Random(1).nextBytes(bytes);
  }

  @AfterEach
  void noThreadIsLeft() {
    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().equals("imbrex-read"));
    Thread.interrupted();
  }

  /** Gives all bytes, and then does this at each read. */
  private InputStream endingWith(InputStream end) {
    return new SequenceInputStream(new ByteArrayInputStream(bytes), end);
  }

  private interface Ending {
    int read() throws IOException;
  }

  private static InputStream ending(Ending ending) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return ending.read();
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        target[offset] = (byte) read();
        return 1;
      }
    };
  }

  private static AheadInput ahead(InputStream in) {
    return new AheadInput(in, in, ReadAhead.little()).begin();
  }

  @Test
  void givesAllBytes() throws IOException {
    try (InputStream in = ahead(new ByteArrayInputStream(bytes))) {
      assertThat(in.read()).isEqualTo(bytes[0] & 0xff);
      assertThat(in.readNBytes(bytes.length - 2)).hasSize(bytes.length - 2);
      assertThat(in.readAllBytes()).containsExactly(bytes[bytes.length - 1]);
      assertThat(in.read()).isEqualTo(-1);
    }
  }

  @Test
  void readsOnlyWhatIsAskedForBeforeItBegins() throws IOException {
    ByteArrayInputStream source = new ByteArrayInputStream(bytes);
    try (AheadInput in = new AheadInput(source, source, ReadAhead.little())) {
      assertThat(in.read()).isEqualTo(bytes[0] & 0xff);
      assertThat(in.readNBytes(2)).containsExactly(bytes[1], bytes[2]);
      assertThat(source.available()).isEqualTo(bytes.length - 3);
      assertThat(in.begin().readAllBytes()).isEqualTo(Arrays.copyOfRange(bytes, 3, bytes.length));
    }
  }

  @Test
  void failsBehindTheBytesBeforeAsItIs() throws IOException {
    for (Throwable failure :
        new Throwable[] {new IOException("bad"), new CancellationException()}) {
      Ending ending =
          () -> {
            if (failure instanceof IOException e) {
              throw e;
            }
            throw (CancellationException) failure;
          };
      try (InputStream in = ahead(endingWith(ending(ending)))) {
        assertThat(in.readNBytes(bytes.length)).isEqualTo(bytes);
        assertThatThrownBy(in::read).isSameAs(failure);
      }
    }
  }

  /** Who interrupts the thread that reads ahead, as a progress may, means the whole. */
  @Test
  void isInterruptedFromEitherSide() throws IOException {
    Ending rude =
        () -> {
          Thread.currentThread().interrupt();
          return 0;
        };
    try (InputStream in = ahead(ending(rude))) {
      assertThatThrownBy(in::readAllBytes).isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
    }
    CountDownLatch closed = new CountDownLatch(1);
    try (InputStream in = ahead(blocking(closed))) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(in::read).isInstanceOf(InterruptedIOException.class);
    }
    assertThat(Thread.interrupted()).isTrue();
  }

  /** A stream that has nothing to give until it is closed. */
  private static InputStream blocking(CountDownLatch closed) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        try {
          closed.await();
        } catch (InterruptedException e) {
          throw new InterruptedIOException();
        }
        return -1;
      }

      @Override
      public int read(byte[] target, int offset, int length) throws IOException {
        return read();
      }

      @Override
      public void close() {
        closed.countDown();
      }
    };
  }

  @RepeatedTest(100)
  void isClosedWhileTheSourceBlocksOrTheReaderLagsBehind() throws IOException {
    AheadInput inside = ahead(blocking(new CountDownLatch(1)));
    new AheadInput(inside, inside, ReadAhead.little()).begin().close();
    assertThatThrownBy(inside::read).isInstanceOf(ClosedChannelException.class);
    ahead(blocking(new CountDownLatch(1))).close();
    InputStream endless = ending(() -> 1);
    try (InputStream in = ahead(endless)) {
      assertThat(in.read()).isEqualTo(1);
    }
  }
}
