package dev.imbrex.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.registry.RegistryException.Kind;
import dev.imbrex.testing.MovableClock;
import java.io.IOException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trying again, and how many requests are under way (SN-G28, SN-G29). */
class RetryTest {
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();

  @SuppressWarnings("NullAway.Init") // each test starts its own
  private FakeRegistry registry;

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable closeable : open) {
      closeable.close();
    }
  }

  private RegistryStorage storage(RegistryOptions options, FakeRegistry.Handler handler)
      throws IOException {
    registry = FakeRegistry.start(handler);
    open.add(registry);
    RegistryClient client = RegistryClient.create(options);
    open.add(client);
    return client.repository(registry.host() + "/app");
  }

  private RegistryStorage failing(RegistryOptions options, int times, int status, String header)
      throws IOException {
    AtomicInteger number = new AtomicInteger();
    return storage(
        options,
        (request, reply) -> {
          if (number.getAndIncrement() < times) {
            reply.send(status, "", header);
          } else {
            reply.send(200, "{\"tags\":[]}");
          }
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {408, 429, 500, 502, 503, 504})
  void triesAgainWhatMayPass(int status) throws IOException {
    RegistryStorage storage = failing(Clients.options(pauses), 4, status, "X: 1");
    assertThat(storage.tags()).isEmpty();
    assertThat(pauses).hasSize(4);
    // From half of the pause to the whole, twice as long each time.
    for (int i = 0; i < 4; i++) {
      assertThat(pauses.get(i))
          .isBetween(Duration.ofMillis(125L << i), Duration.ofMillis(250L << i));
    }
  }

  @Test
  void givesUpInTheEnd() throws IOException {
    RegistryStorage storage = failing(Clients.options(pauses), 5, 503, "X: 1");
    assertThatThrownBy(storage::tags)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.status()).isEqualTo(503);
              assertThat(e.isTransient()).isTrue();
            });
    assertThat(registry.requests()).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 403, 405, 409, 410, 412, 413, 418, 422, 451, 501, 505})
  void doesNotTryAgainWhatWillNotPass(int status) throws IOException {
    RegistryStorage storage = failing(Clients.options(pauses), 1, status, "Retry-After: 1");
    assertThatThrownBy(storage::tags)
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.isTransient()).isFalse());
    assertThat(registry.requests()).hasSize(1);
  }

  @Test
  void waitsAsLongAsItIsAsked() throws IOException {
    RegistryStorage storage = failing(Clients.options(pauses), 1, 429, "Retry-After: 7");
    storage.tags();
    assertThat(pauses).containsExactly(Duration.ofSeconds(7));
  }

  @Test
  void waitsUntilADate() throws IOException {
    MovableClock clock = new MovableClock();
    String date =
        DateTimeFormatter.RFC_1123_DATE_TIME.format(
            clock.instant().plusSeconds(20).atOffset(ZoneOffset.UTC));
    RegistryStorage storage =
        failing(Clients.options(pauses).withClock(clock), 1, 503, "Retry-After: " + date);
    storage.tags();
    assertThat(pauses).containsExactly(Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "-5", "1.5", "99999999999999999999", "Thu, 99 Foo 2026", "0"})
  void takesNoNoticeOfATimeItCannotRead(String text) throws IOException {
    RegistryStorage storage = failing(Clients.options(pauses), 1, 503, "Retry-After: " + text);
    storage.tags();
    assertThat(pauses).hasSize(1);
    assertThat(pauses.get(0)).isLessThanOrEqualTo(Duration.ofMillis(250));
  }

  @Test
  void failsAtOnceWhereTheTimeIsTooLong() throws IOException {
    RegistryStorage storage = failing(Clients.options(pauses), 1, 429, "Retry-After: 3600");
    assertThatThrownBy(storage::tags)
        .isInstanceOfSatisfying(
            RegistryException.class,
            e -> {
              assertThat(e.kind()).isEqualTo(Kind.TOO_MANY_REQUESTS);
              assertThat(e.retryAfter()).contains(Duration.ofHours(1));
            })
        .hasMessageContaining("3600 s");
    assertThat(pauses).isEmpty();
  }

  @Test
  void triesAgainWhereNobodyAnswers() throws IOException {
    AtomicInteger number = new AtomicInteger();
    RegistryStorage storage =
        storage(
            Clients.options(pauses),
            (request, reply) -> {
              if (number.getAndIncrement() < 2) {
                reply.reset();
              } else {
                reply.send(200, "{\"tags\":[]}");
              }
            });
    assertThat(storage.tags()).isEmpty();
  }

  @Test
  void failsWhereNoConnectionCanBeMade() throws IOException {
    String host;
    try (FakeRegistry gone = FakeRegistry.start((request, reply) -> {})) {
      host = gone.host();
    }
    try (RegistryClient client =
        RegistryClient.create(Clients.options(pauses).withRetries(RetryOptions.DEFAULT))) {
      assertThatThrownBy(() -> client.ping(host))
          .isInstanceOfSatisfying(
              RegistryException.class,
              e -> {
                assertThat(e.kind()).isEqualTo(Kind.CONNECTION);
                assertThat(e.status()).isZero();
                assertThat(e.isTransient()).isTrue();
              })
          .hasMessageContaining(host);
    }
    assertThat(pauses).hasSize(4);
  }

  @Test
  void failsWhereTheAnswerTakesTooLong() throws IOException {
    RegistryOptions impatient =
        Clients.options(pauses)
            .withTimeouts(RegistryTimeouts.DEFAULT.withResponse(Duration.ofMillis(200)))
            .withRetries(RetryOptions.DEFAULT.withAttempts(2));
    RegistryStorage storage = storage(impatient, (request, reply) -> sleep(1000));
    assertThatThrownBy(storage::tags)
        .isInstanceOfSatisfying(
            RegistryException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONNECTION))
        .hasMessageContaining("200 ms");
  }

  @Test
  void hasNoMoreUnderWayThanAllowed() throws Exception {
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    RegistryStorage storage =
        storage(
            Clients.options().withAnyHost(HostOptions.DEFAULT.withConnections(3)),
            (request, reply) -> {
              most.accumulateAndGet(now.incrementAndGet(), Math::max);
              sleep(20);
              now.decrementAndGet();
              reply.send(200, "{\"tags\":[]}");
            });
    storage.tags();
    ExecutorService threads = Executors.newFixedThreadPool(12);
    try {
      List<Future<List<String>>> all = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        all.add(threads.submit(storage::tags));
      }
      for (Future<List<String>> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(most.get()).isBetween(2, 3);
  }

  @Test
  void lowersTheLimitAndRaisesItAgain() throws Exception {
    ConnectionLimit limit = new ConnectionLimit(8);
    limit.lower();
    limit.lower();
    assertThat(limit.current()).isEqualTo(2);
    for (int i = 0; i < 32; i++) {
      Runnable leave = limit.enter();
      leave.run();
      leave.run();
    }
    assertThat(limit.current()).isEqualTo(4);
    for (int i = 0; i < 10; i++) {
      limit.lower();
    }
    assertThat(limit.current()).isEqualTo(1);
  }

  @Test
  void doesNotLetAThreadWaitForItself() throws Exception {
    ConnectionLimit limit = new ConnectionLimit(1);
    Runnable first = limit.enter();
    Runnable second = limit.enter();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      Future<Runnable> waiting = other.submit(limit::enter);
      assertThatThrownBy(() -> waiting.get(100, TimeUnit.MILLISECONDS))
          .isInstanceOf(java.util.concurrent.TimeoutException.class);
      first.run();
      second.run();
      waiting.get(10, TimeUnit.SECONDS).run();
    } finally {
      other.shutdownNow();
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
