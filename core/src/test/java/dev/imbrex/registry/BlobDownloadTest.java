package dev.imbrex.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.registry.FakeRegistry.Handler;
import dev.imbrex.registry.FakeRegistry.Reply;
import dev.imbrex.registry.FakeRegistry.Request;
import dev.imbrex.registry.RegistryException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads of blobs that do not go as they should (SN-G17, SN-D6). */
class BlobDownloadTest {
  private static final byte[] BYTES = Clients.random(300_000);
  private static final Descriptor BLOB = Clients.blob(BYTES);

  @SuppressWarnings("NullAway.Init") // each test starts its own
  private FakeRegistry registry;

  @SuppressWarnings("NullAway.Init") // each test starts its own
  private RegistryClient client;

  private RegistryStorage storage(Handler handler) throws IOException {
    return storage(Clients.options(), handler);
  }

  private RegistryStorage storage(RegistryOptions options, Handler handler) throws IOException {
    registry = FakeRegistry.start(handler);
    client = RegistryClient.create(options);
    return client.repository(registry.host() + "/app");
  }

  @AfterEach
  void close() throws IOException {
    if (client != null) {
      client.close();
      registry.close();
    }
  }

  /** Serves the blob, with ranges, and breaks off the first answers after some bytes each. */
  private static Handler breaking(int... after) {
    AtomicInteger number = new AtomicInteger();
    return (request, reply) -> {
      int answer = number.getAndIncrement();
      int stop = answer < after.length ? after[answer] : Integer.MAX_VALUE;
      ranged(request, reply, stop, "ETag: \"v1\"");
    };
  }

  private static void ranged(Request request, Reply reply, int stop, String... headers)
      throws IOException {
    int from = first(request);
    byte[] rest = Arrays.copyOfRange(BYTES, from, BYTES.length);
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] =
        "Content-Range: bytes " + from + "-" + (BYTES.length - 1) + "/" + BYTES.length;
    reply.start(from == 0 ? 200 : 206, rest.length, from == 0 ? headers : all);
    if (stop < rest.length) {
      reply.raw(Arrays.copyOf(rest, stop));
      reply.reset();
    } else {
      reply.raw(rest);
    }
  }

  private static int first(Request request) {
    String range = request.header("Range");
    return range.isEmpty() ? 0 : Integer.parseInt(range.substring(6, range.indexOf('-')));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 16_383, 16_384, 16_385, 65_536, 150_000, 299_999})
  void goesOnWhereTheConnectionBroke(int broken) throws IOException {
    RegistryStorage storage = storage(breaking(broken));
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
    assertThat(registry.requests()).hasSize(2);
    // Some of what was sent may be lost with the connection; nothing that came is asked again.
    assertThat(first(registry.requests().get(1))).isLessThanOrEqualTo(broken);
  }

  @Test
  void goesOnSeveralTimesAndSaysWhatItKnows() throws IOException {
    RegistryStorage storage = storage(breaking(100_000, 50_000, 1));
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
    List<Request> requests = registry.requests();
    assertThat(requests).hasSize(4);
    assertThat(requests.get(0).header("Accept-Encoding")).isEqualTo("identity");
    assertThat(requests.get(0).header("Range")).isEmpty();
    for (Request later : requests.subList(1, 4)) {
      if (first(later) > 0) {
        assertThat(later.header("If-Range")).isEqualTo("\"v1\"");
      }
    }
  }

  @Test
  void givesUpWhereNothingComes() throws IOException {
    RegistryStorage storage =
        storage(
            Clients.options().withRetries(RetryOptions.DEFAULT.withAttempts(3)),
            (request, reply) -> ranged(request, reply, first(request) == 0 ? 10 : 0));
    assertRefused(() -> Clients.read(storage, BLOB), Kind.CONNECTION);
    // The platform itself may ask again once where an answer did not begin.
    assertThat(registry.requests()).hasSizeBetween(3, 12);
  }

  @Test
  void startsOverWhereTheRegistryKnowsNoRanges() throws IOException {
    AtomicInteger number = new AtomicInteger();
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              reply.start(200, BYTES.length);
              if (number.getAndIncrement() == 0) {
                reply.raw(Arrays.copyOf(BYTES, 200_000));
                reply.reset();
              } else {
                reply.raw(BYTES);
              }
            });
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
    assertThat(registry.requests()).hasSize(2);
  }

  @Test
  void noticesThatTheBlobChangedBetween() throws IOException {
    AtomicInteger number = new AtomicInteger();
    byte[] other = BYTES.clone();
    other[299_000] ^= 1;
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              reply.start(200, BYTES.length);
              if (number.getAndIncrement() == 0) {
                reply.raw(Arrays.copyOf(BYTES, 200_000));
                reply.reset();
              } else {
                reply.raw(other);
              }
            });
    assertThatThrownBy(() -> Clients.read(storage, BLOB))
        .isInstanceOf(DigestMismatchException.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bytes 0-299999/300000",
        "bytes 99999-299999/300000",
        "bytes 100001-299999/300000",
        "bytes 100000-299998/300000",
        "bytes 100000-299999/300001",
        "bytes 100000-300000/300001",
        "bytes 299999-100000/300000",
        "bytes */300000",
        "bytes 100000-299999",
        "100000-299999/300000",
        "chunks 100000-299999/300000",
        "bytes -100000-299999/300000",
        "bytes 100000-/300000",
        "bytes +100000-299999/300000",
        "bytes 0x186a0-299999/300000",
        "bytes 100000-299999/99999999999999999999",
        "nonsense"
      })
  void refusesALyingContentRange(String lie) throws IOException {
    RegistryStorage storage = storage(lying("Content-Range: " + lie));
    assertRefused(() -> Clients.read(storage, BLOB), Kind.PROTOCOL);
  }

  @Test
  void refusesAPartThatDoesNotSayWhichOrSaysTwo() throws IOException {
    RegistryStorage none = storage(lying("X-Nothing: 1"));
    assertRefused(() -> Clients.read(none, BLOB), Kind.PROTOCOL);
    close();
    RegistryStorage two =
        storage(
            lying(
                "Content-Range: bytes 100000-299999/300000\r\n"
                    + "Content-Range: bytes 0-299999/300000"));
    assertRefused(() -> Clients.read(two, BLOB), Kind.PROTOCOL);
  }

  /** Breaks off after 100000 bytes, and then gives a part with some header. */
  private static Handler lying(String header) {
    return (request, reply) -> {
      if (request.header("Range").isEmpty()) {
        reply.start(200, BYTES.length);
        reply.raw(Arrays.copyOf(BYTES, 100_000));
        // All of it must have come before the connection ends, or less is asked for.
        sleep(300);
        reply.reset();
      } else {
        reply.send(206, Arrays.copyOfRange(BYTES, first(request), BYTES.length), header);
      }
    };
  }

  @Test
  void failsWhereTheRangeCannotBeHad() throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              if (first(request) == 0) {
                reply.start(200, BYTES.length);
                reply.raw(Arrays.copyOf(BYTES, 100_000));
                reply.reset();
              } else {
                reply.send(416, "", "Content-Range: bytes */5");
              }
            });
    assertRefused(() -> Clients.read(storage, BLOB), Kind.PROTOCOL);
  }

  @Test
  void failsWhereABlobVanishes() throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              if (first(request) == 0) {
                reply.start(200, BYTES.length);
                reply.raw(Arrays.copyOf(BYTES, 100_000));
                reply.reset();
              } else {
                reply.send(404, "");
              }
            });
    assertThatThrownBy(() -> Clients.read(storage, BLOB))
        .isInstanceOf(ContentNotFoundException.class);
  }

  @Test
  void verifiesWhatComes() throws IOException {
    byte[] wrong = BYTES.clone();
    wrong[17] ^= 1;
    RegistryStorage storage = storage((request, reply) -> reply.send(200, wrong));
    assertThatThrownBy(() -> Clients.read(storage, BLOB))
        .isInstanceOf(DigestMismatchException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 299_999, 300_001, 400_000})
  void refusesAnotherLengthAtOnce(int length) throws IOException {
    RegistryStorage storage =
        storage((request, reply) -> reply.send(200, Arrays.copyOf(BYTES, length)));
    assertThatThrownBy(() -> Clients.read(storage, BLOB))
        .isInstanceOf(DigestMismatchException.class);
    assertThat(registry.requests()).hasSize(1);
  }

  @Test
  void takesAnEndWithoutALengthForABreak() throws IOException {
    AtomicInteger number = new AtomicInteger();
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              if (number.getAndIncrement() == 0) {
                reply.start(200, -1);
                reply.raw(Arrays.copyOf(BYTES, 1234));
              } else {
                ranged(request, reply, Integer.MAX_VALUE);
              }
            });
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
    assertThat(registry.requests().get(1).header("Range")).isEqualTo("bytes=1234-");
  }

  @Test
  void stopsAtMoreThanWasPromised() throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              reply.start(200, -1);
              reply.raw(BYTES);
              reply.raw(BYTES);
            });
    assertThatThrownBy(() -> Clients.read(storage, BLOB))
        .isInstanceOf(DigestMismatchException.class);
  }

  @Test
  void noticesAStallAndGoesOn() throws IOException {
    AtomicInteger number = new AtomicInteger();
    RegistryOptions impatient =
        Clients.options().withTimeouts(RegistryTimeouts.DEFAULT.withStall(Duration.ofSeconds(2)));
    RegistryStorage storage =
        storage(
            impatient,
            (request, reply) -> {
              if (number.getAndIncrement() == 0) {
                reply.start(200, BYTES.length);
                reply.raw(Arrays.copyOf(BYTES, 5000));
                sleep(20_000);
              } else {
                ranged(request, reply, Integer.MAX_VALUE);
              }
            });
    assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
    assertThat(first(registry.requests().get(1))).isEqualTo(5000);
  }

  @Test
  void readsAPart() throws IOException {
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              assertThat(request.header("Range")).isEqualTo("bytes=1000-1999");
              reply.send(
                  206,
                  Arrays.copyOfRange(BYTES, 1000, 2000),
                  "Content-Range: bytes 1000-1999/300000");
            });
    try (InputStream in = storage.open(BLOB, 1000, 1000)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(BYTES, 1000, 2000));
    }
  }

  @Test
  void readsAPartFromARegistryWithoutRanges() throws IOException {
    RegistryStorage storage = storage((request, reply) -> reply.send(200, BYTES));
    try (InputStream in = storage.open(BLOB, 299_990, 100)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(BYTES, 299_990, 300_000));
    }
    try (InputStream in = storage.open(BLOB, 5, 10)) {
      assertThat(in.readAllBytes()).isEqualTo(Arrays.copyOfRange(BYTES, 5, 15));
    }
  }

  @Test
  void endsTheConnectionWhenItIsClosedEarly() throws Exception {
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              reply.start(200, BYTES.length);
              reply.raw(Arrays.copyOf(BYTES, 200_000));
              sleep(500);
            });
    try (InputStream in = storage.open(BLOB)) {
      assertThat(in.read()).isEqualTo(BYTES[0] & 0xff);
    }
    awaitNoConnection();
  }

  @Test
  void isInterruptedAtOnce() throws Exception {
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              reply.start(200, BYTES.length);
              reply.raw(Arrays.copyOf(BYTES, 1));
              sleep(1000);
            });
    Thread reader = Thread.currentThread();
    Thread interrupter =
        new Thread(
            () -> {
              sleep(200);
              reader.interrupt();
            });
    interrupter.start();
    assertThatThrownBy(() -> Clients.read(storage, BLOB))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    interrupter.join();
    awaitNoConnection();
  }

  @Test
  void endsWithItsClient() throws Exception {
    RegistryStorage storage =
        storage(
            (request, reply) -> {
              reply.start(200, BYTES.length);
              reply.raw(Arrays.copyOf(BYTES, 1));
              sleep(1000);
            });
    Thread closer =
        new Thread(
            () -> {
              sleep(200);
              client.close();
            });
    closer.start();
    assertThatThrownBy(() -> Clients.read(storage, BLOB))
        .isInstanceOfAny(IOException.class, IllegalStateException.class);
    closer.join();
    awaitNoConnection();
  }

  private void awaitNoConnection() throws InterruptedException {
    for (int i = 0; i < 100 && registry.open() > 0; i++) {
      Thread.sleep(50);
    }
    assertThat(registry.open()).isZero();
  }

  private static void assertRefused(ThrowingCallable call, Kind kind) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> assertThat(e.kind()).describedAs("%s", e).isEqualTo(kind));
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
