package dev.imbrex.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.registry.FakeRegistry.Handler;
import dev.imbrex.registry.FakeRegistry.Reply;
import dev.imbrex.registry.FakeRegistry.Request;
import dev.imbrex.registry.server.Fault;
import dev.imbrex.registry.server.RecordedRequest;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.registry.server.RegistryServerOptions;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Downloads of one blob in several parts at once (SN-G17). */
class ParallelDownloadTest {
  private static final int PART = 1 << 16;
  private static final byte[] BYTES = Clients.random(7 * PART + 1234);
  private static final Descriptor BLOB = Clients.blob(BYTES);
  private static final HostOptions PARALLEL = HostOptions.DEFAULT.withParallelRanges(3, PART);

  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Duration> pauses = new CopyOnWriteArrayList<>();

  @AfterEach
  void close() throws Exception {
    Collections.reverse(open);
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private RegistryClient client(HostOptions host) {
    RegistryClient client =
        RegistryClient.create(
            Clients.options(pauses)
                .withAnyHost(host)
                .withTimeouts(RegistryTimeouts.DEFAULT.withStall(Duration.ofSeconds(2))));
    open.add(client);
    return client;
  }

  @Test
  void refusesOptionsThatMakeNoSense() {
    assertThatThrownBy(() -> HostOptions.DEFAULT.withParallelRanges(0, PART))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rangeConnections");
    assertThatThrownBy(() -> HostOptions.DEFAULT.withParallelRanges(2, PART - 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("rangeBytes");
  }

  /** At our own server, which is told what to do wrong. */
  @Nested
  class AtAServer {
    @SuppressWarnings("NullAway.Init") // each test starts its own
    private RegistryServer server;

    private RegistryStorage start(byte[] bytes) throws IOException {
      server = RegistryServer.start(new MemoryStorage(), RegistryServerOptions.defaults());
      open.add(server);
      RegistryStorage storage = client(PARALLEL).repository(server.authority() + "/app");
      Clients.put(storage, bytes);
      server.faults().record();
      return storage;
    }

    /** The ranges that were asked for, sorted; empty text where there was none. */
    private List<String> ranges() {
      return requests().stream().map(r -> r.header("Range").orElse("")).sorted().toList();
    }

    private List<RecordedRequest> requests() {
      return server.faults().requests().stream()
          .filter(request -> request.method().equals("GET"))
          .toList();
    }

    private void fault(Fault fault) {
      server.faults().add(fault.on("GET", "/blobs/"));
    }

    @ParameterizedTest
    @ValueSource(ints = {PART + 1, 2 * PART - 1, 2 * PART, 5 * PART, 5 * PART + 1})
    void asksForEachPartOnce(int size) throws IOException {
      byte[] bytes = Clients.random(size);
      RegistryStorage storage = start(bytes);
      assertThat(Clients.read(storage, Clients.blob(bytes))).isEqualTo(bytes);
      List<String> expected = new ArrayList<>();
      for (int from = 0; from < size; from += PART) {
        int last = Math.min(from + PART, size) - 1;
        expected.add("bytes=" + from + "-" + (last == size - 1 ? "" : last));
      }
      assertThat(ranges()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, PART - 1, PART})
    void asksForNoPartOfASmallBlob(int size) throws IOException {
      byte[] bytes = Clients.random(size);
      RegistryStorage storage = start(bytes);
      assertThat(Clients.read(storage, Clients.blob(bytes))).isEqualTo(bytes);
      assertThat(ranges()).containsExactly("");
    }

    @Test
    void feedsACopyIntoAnotherStorage() throws IOException {
      RegistryStorage storage = start(BYTES);
      try (MemoryStorage other = new MemoryStorage()) {
        other.copyFrom(storage, BLOB);
        try (InputStream in = other.open(BLOB)) {
          assertThat(in.readAllBytes()).isEqualTo(BYTES);
        }
      }
      assertThat(ranges()).hasSize(8);
    }

    @Test
    void readsOneStreamWhereThereAreNoRanges() throws IOException {
      RegistryStorage storage = start(BYTES);
      fault(Fault.ignoreRange());
      assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
      assertThat(requests()).hasSize(1);
    }

    @Test
    void readsOneStreamWhereTheFirstRangeIsALie() throws IOException {
      RegistryStorage storage = start(BYTES);
      fault(Fault.header("Content-Range", "bytes 1-65536/" + BYTES.length).times(1));
      assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
      assertThat(ranges()).containsExactly("", "bytes=0-65535");
    }

    @Test
    void refusesALieAboutALaterPart() throws IOException {
      RegistryStorage storage = start(BYTES);
      fault(Fault.header("Content-Range", "bytes 0-65535/" + BYTES.length).after(1));
      try (InputStream in = storage.open(BLOB)) {
        assertThat(in.readNBytes(PART)).isEqualTo(Arrays.copyOf(BYTES, PART));
        assertThatThrownBy(in::read)
            .isInstanceOfSatisfying(
                RegistryException.class,
                e -> assertThat(e.kind()).isEqualTo(RegistryException.Kind.PROTOCOL))
            .hasMessageContaining("Content-Range");
      }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 30_000, PART - 1})
    void asksAgainForThePartThatBroke(long after) throws IOException {
      for (int number : new int[] {0, 1, 4}) {
        RegistryStorage storage = start(BYTES);
        fault(Fault.dropAfter(after).after(number).times(1));
        assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
        assertThat(requests()).hasSizeBetween(9, 10);
      }
    }

    @Test
    void asksAgainForThePartThatStalls() throws IOException {
      RegistryStorage storage = start(BYTES);
      fault(Fault.stallAfter(1000).after(1).times(1));
      assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
      assertThat(requests()).hasSize(9);
    }

    @Test
    void waitsWhereAPartIsTooMuch() throws IOException {
      RegistryStorage storage = start(BYTES);
      fault(Fault.tooManyRequests("3").after(2).times(1));
      assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
      assertThat(pauses).containsExactly(Duration.ofSeconds(3));
    }

    @Test
    void goesOnInOneStreamWhereTheVersionChanged() throws IOException {
      RegistryStorage storage = start(BYTES);
      fault(Fault.header("ETag", "\"older\"").times(1));
      assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
      assertThat(requests())
          .filteredOn(request -> request.header("If-Range").isPresent())
          .isNotEmpty()
          .allMatch(request -> request.header("If-Range").orElse("").equals("\"older\""));
      // A request that was given up may be recorded late.
      assertThat(requests())
          .anyMatch(
              request ->
                  request.header("Range").filter("bytes=65536-"::equals).isPresent()
                      && request.header("If-Range").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void noticesADamagedPart(int number) throws IOException {
      RegistryStorage storage = start(BYTES);
      fault(Fault.corrupt(10).after(number).times(1));
      assertThatThrownBy(() -> Clients.read(storage, BLOB))
          .isInstanceOf(DigestMismatchException.class);
    }
  }

  /** At a server that a test can hold up. */
  @Nested
  class AtASlowServer {
    @SuppressWarnings("NullAway.Init") // each test starts its own
    private FakeRegistry registry;

    @SuppressWarnings("NullAway.Init") // each test starts its own
    private RegistryClient client;

    private RegistryStorage start(HostOptions host, Handler handler) throws IOException {
      registry = FakeRegistry.start(handler);
      open.add(registry);
      client = client(host);
      return client.repository(registry.host() + "/app");
    }

    @Test
    void asksForSeveralPartsAtOnce() throws IOException {
      CountDownLatch three = new CountDownLatch(3);
      AtomicInteger alone = new AtomicInteger();
      RegistryStorage storage =
          start(
              PARALLEL,
              (request, reply) -> {
                if (from(request) > 0) {
                  three.countDown();
                  if (!await(three)) {
                    alone.incrementAndGet();
                  }
                }
                give(request, reply);
              });
      three.countDown();
      assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
      assertThat(alone).hasValue(0);
    }

    @Test
    void holdsNoMorePartsThanItMay() throws Exception {
      RegistryStorage storage = start(PARALLEL, ParallelDownloadTest::give);
      try (InputStream in = storage.open(BLOB)) {
        for (int read = 0; read < 5; read++) {
          awaitRequests(3 + read);
          // Nothing more comes until room is made.
          Thread.sleep(100);
          assertThat(registry.requests()).hasSize(3 + read);
          assertThat(in.readNBytes(PART))
              .isEqualTo(Arrays.copyOfRange(BYTES, read * PART, (read + 1) * PART));
        }
      }
    }

    @Test
    void obeysTheLimitOfItsHost() throws IOException {
      AtomicInteger now = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      RegistryStorage storage =
          start(
              HostOptions.DEFAULT.withConnections(2).withParallelRanges(6, PART),
              (request, reply) -> {
                most.accumulateAndGet(now.incrementAndGet(), Math::max);
                sleep(30);
                now.decrementAndGet();
                give(request, reply);
              });
      assertThat(Clients.read(storage, BLOB)).isEqualTo(BYTES);
      assertThat(most.get()).isBetween(1, 2);
    }

    @Test
    void failsAtThePlaceThatIsMissing() throws IOException {
      RegistryStorage storage =
          start(
              PARALLEL,
              (request, reply) -> {
                if (from(request) == 3 * PART) {
                  reply.send(404, "");
                } else {
                  give(request, reply);
                }
              });
      try (InputStream in = storage.openUnverified(BLOB)) {
        assertThat(in.readNBytes(3 * PART)).isEqualTo(Arrays.copyOf(BYTES, 3 * PART));
        assertThatThrownBy(in::read).isInstanceOf(ContentNotFoundException.class);
        // It stays so.
        assertThatThrownBy(in::read).isInstanceOf(ContentNotFoundException.class);
        assertNoThread();
      }
    }

    @Test
    void endsAllRequestsWhenItIsClosed() throws Exception {
      RegistryStorage storage = start(PARALLEL, ParallelDownloadTest::stall);
      InputStream in = storage.open(BLOB);
      assertThat(in.read()).isEqualTo(BYTES[0] & 0xff);
      awaitRequests(3);
      in.close();
      assertNoThread();
      assertThatThrownBy(in::read).isInstanceOf(IOException.class);
      awaitNoConnection();
    }

    @Test
    void doesNotWaitForTheEndOfAnAnswerWhenItIsClosed() throws Exception {
      CountDownLatch closed = new CountDownLatch(1);
      AtomicInteger late = new AtomicInteger();
      registry =
          FakeRegistry.start(
              (request, reply) -> {
                reply.start(206, -1, range(request));
                reply.raw(Arrays.copyOfRange(BYTES, from(request), to(request)));
                if (!await(closed)) {
                  late.incrementAndGet();
                }
              });
      open.add(registry);
      try (RegistryClient patient =
          RegistryClient.create(Clients.options(pauses).withAnyHost(PARALLEL))) {
        RegistryStorage storage = patient.repository(registry.host() + "/app");
        try (InputStream in = storage.openUnverified(BLOB)) {
          assertThat(in.readNBytes(2 * PART)).isEqualTo(Arrays.copyOf(BYTES, 2 * PART));
        }
        assertNoThread();
        assertThat(late).hasValue(0);
        closed.countDown();
      }
    }

    @Test
    void endsAllRequestsWhenItIsInterrupted() throws Exception {
      RegistryStorage storage = start(PARALLEL, ParallelDownloadTest::stall);
      try (InputStream in = storage.openUnverified(BLOB)) {
        Thread reader = Thread.currentThread();
        Thread interrupter =
            new Thread(
                () -> {
                  sleep(200);
                  reader.interrupt();
                });
        interrupter.start();
        assertThatThrownBy(in::readAllBytes).isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        interrupter.join();
        assertNoThread();
        awaitNoConnection();
      }
    }

    @Test
    void endsWithItsClient() throws Exception {
      RegistryStorage storage = start(PARALLEL, ParallelDownloadTest::stall);
      try (InputStream in = storage.open(BLOB)) {
        awaitRequests(3);
        client.close();
        assertNoThread();
        assertThatThrownBy(in::readAllBytes)
            .isInstanceOfAny(IOException.class, IllegalStateException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
      }
      awaitNoConnection();
    }

    private void awaitRequests(int count) throws InterruptedException {
      for (int i = 0; i < 200 && registry.requests().size() < count; i++) {
        Thread.sleep(20);
      }
      assertThat(registry.requests()).hasSizeGreaterThanOrEqualTo(count);
    }

    private void awaitNoConnection() throws InterruptedException {
      for (int i = 0; i < 100 && registry.open() > 0; i++) {
        Thread.sleep(50);
      }
      assertThat(registry.open()).isZero();
    }
  }

  private static void assertNoThread() {
    assertThat(Thread.getAllStackTraces().values())
        .noneMatch(
            trace ->
                Arrays.stream(trace)
                    .anyMatch(
                        frame ->
                            frame.getClassName().equals(ParallelDownload.class.getName() + "$Part")
                                && frame.getMethodName().equals("fill")));
  }

  private static int from(Request request) {
    String range = request.header("Range");
    return Integer.parseInt(range.substring(6, range.indexOf('-')));
  }

  private static int to(Request request) {
    String last = request.header("Range").replaceAll(".*-", "");
    return last.isEmpty() ? BYTES.length : Integer.parseInt(last) + 1;
  }

  private static void give(Request request, Reply reply) throws IOException {
    reply.send(206, Arrays.copyOfRange(BYTES, from(request), to(request)), range(request));
  }

  /** Gives one byte of each part, and then nothing for a while. */
  private static void stall(Request request, Reply reply) throws IOException {
    reply.start(206, to(request) - from(request), range(request));
    reply.raw(new byte[] {BYTES[from(request)]});
    sleep(1000);
  }

  private static String range(Request request) {
    return "Content-Range: bytes " + from(request) + "-" + (to(request) - 1) + "/" + BYTES.length;
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private static void sleep(int millis) {
    try {
      Thread.sleep(millis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
