package dev.imbrex.registry.server;

import dev.imbrex.registry.internal.http.HttpFields;
import dev.imbrex.registry.internal.http.HttpRequest;
import dev.imbrex.registry.internal.http.HttpResponse;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Lets a {@link RegistryServer} misbehave, and tells what it was asked: for tests of clients
 * (SN-T14). Safe for use by many threads, while requests are answered.
 */
public final class RegistryFaults {
  private static final int REMEMBERED = 10_000;

  private final @Nullable Tokens tokens;
  private final List<Active> active = new CopyOnWriteArrayList<>();
  private final Deque<RecordedRequest> requests = new ArrayDeque<>();
  private volatile boolean recording;
  private volatile boolean closed;
  private volatile CountDownLatch released = new CountDownLatch(1);

  private static final class Active {
    private final Fault fault;
    private final AtomicLong seen = new AtomicLong();

    Active(Fault fault) {
      this.fault = fault;
    }

    boolean takesPart() {
      long number = seen.getAndIncrement() - fault.skipped();
      return number >= 0 && number < fault.times();
    }
  }

  RegistryFaults(@Nullable Tokens tokens) {
    this.tokens = tokens;
  }

  /** Adds a fault, after those there are. It is for requests that begin from now on. */
  public void add(Fault fault) {
    active.add(new Active(fault));
  }

  /** Takes all faults away; answers that stall are cut. */
  public void clear() {
    active.clear();
    CountDownLatch before = released;
    released = new CountDownLatch(1);
    before.countDown();
  }

  /** How many requests a fault has taken part in, over all times it was added. */
  public long count(Fault fault) {
    long count = 0;
    for (Active one : active) {
      if (one.fault == fault) {
        count += Math.max(0, Math.min(one.seen.get() - fault.skipped(), fault.times()));
      }
    }
    return count;
  }

  /** Ends all tokens the server has given out, as if their time were over. */
  public void expireTokens() {
    if (tokens != null) {
      tokens.revoke();
    }
  }

  /** Keeps a record of each request from now on; of the last 10,000 at most. */
  public void record() {
    recording = true;
  }

  /**
   * The requests since {@link #record} or {@link #forgetRequests}, in the order of their answers.
   */
  public List<RecordedRequest> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** Forgets the requests so far. */
  public void forgetRequests() {
    synchronized (requests) {
      requests.clear();
    }
  }

  /** Answers a request, with the faults that fit it. */
  HttpResponse answer(HttpRequest request, int port, Endpoints endpoints) throws IOException {
    if (active.isEmpty() && !recording) {
      return endpoints.handle(request);
    }
    Map<String, List<String>> headers = recording ? headers(request.fields()) : Map.of();
    int status = 0;
    try {
      HttpResponse response = faulty(request, endpoints);
      status = response.status();
      return response;
    } finally {
      if (recording) {
        keep(
            new RecordedRequest(
                request.method(), request.rawPath(), request.rawQuery(), port, headers, status));
      }
    }
  }

  private HttpResponse faulty(HttpRequest request, Endpoints endpoints) throws IOException {
    List<Fault.Effect> effects = new ArrayList<>();
    for (Active one : active) {
      if (one.fault.fits(request) && one.takesPart()) {
        effects.add(one.fault.effect());
      }
    }
    HttpResponse response = null;
    for (Fault.Effect effect : effects) {
      effect.before(request);
      Optional<HttpResponse> instead = effect.instead(request, endpoints);
      if (instead.isPresent()) {
        response = instead.get();
        break;
      }
    }
    if (response == null) {
      response = endpoints.handle(request);
    }
    for (Fault.Effect effect : effects) {
      response = effect.after(response, this);
    }
    return response;
  }

  /** Takes all faults away; nothing stalls any more. */
  void close() {
    closed = true;
    clear();
  }

  /** Waits, until the faults are cleared at the latest. */
  void pause(long millis) throws IOException {
    try {
      CountDownLatch current = released;
      if (closed) {
        return;
      }
      boolean cleared = current.await(millis, TimeUnit.MILLISECONDS);
      if (cleared) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted within a fault");
    }
  }

  private void keep(RecordedRequest request) {
    synchronized (requests) {
      if (requests.size() == REMEMBERED) {
        requests.removeFirst();
      }
      requests.addLast(request);
    }
  }

  private static Map<String, List<String>> headers(HttpFields fields) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (HttpFields.Field field : fields.list()) {
      headers
          .computeIfAbsent(field.name().toLowerCase(Locale.ROOT), name -> new ArrayList<>(1))
          .add(field.value());
    }
    return headers;
  }
}
