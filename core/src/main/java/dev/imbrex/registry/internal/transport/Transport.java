package dev.imbrex.registry.internal.transport;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Sends one request and gives one answer: no redirect, no authentication, no second try. Safe for
 * use by many threads. After {@link #close} whatever is under way fails.
 */
public final class Transport implements Closeable {
  private static final int PIECE = 1 << 16;

  private final HttpClient client;
  private final Duration stall;
  private final Map<Object, CompletableFuture<?>> pending = new ConcurrentHashMap<>();
  private final Set<BodyStream> bodies = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /**
   * A transport.
   *
   * @param threads whose threads it uses
   * @param tls whom it trusts and who it is
   * @param proxies which proxies it goes through
   * @param connect how long a connection may take to be made
   * @param stall how long no byte may move, either way, before a request is given up
   */
  public Transport(
      HttpThreads threads,
      SSLContext tls,
      ProxySelector proxies,
      Duration connect,
      Duration stall) {
    this.stall = stall;
    this.client =
        threads.make(
            HttpClient.newBuilder()
                .connectTimeout(connect)
                .followRedirects(HttpClient.Redirect.NEVER)
                .sslContext(tls)
                .proxy(proxies));
  }

  /**
   * Sends a request.
   *
   * @return the answer, of whatever status; the caller closes it
   * @throws SourceFailedException if the body's source failed
   * @throws InterruptedIOException if the thread was interrupted, which it still is then
   * @throws IOException if there is no answer
   */
  public Answer send(Outgoing request) throws IOException {
    if (closed) {
      throw new IllegalStateException("The client is closed");
    }
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted before a request was sent");
    }
    PushedBody pushed =
        request.body().filter(body -> body.length() != 0).map(this::pushed).orElse(null);
    HttpRequest.BodyPublisher publisher =
        pushed == null ? HttpRequest.BodyPublishers.noBody() : pushed;
    CompletableFuture<HttpResponse<BodyStream>> future =
        client.sendAsync(httpRequest(request, publisher), info -> new BodyStream(stall));
    Object key = new Object();
    pending.put(key, future);
    boolean answered = false;
    try {
      if (pushed != null) {
        CompletableFuture<?> stopping = future.whenComplete((r, e) -> pushed.stop());
        pump(request.body().orElseThrow(), pushed, stopping);
      }
      Answer answer = answer(request, await(future, request.timeout()));
      answered = true;
      return answer;
    } finally {
      pending.remove(key);
      if (!answered) {
        giveUp(future);
      }
    }
  }

  /** Lets all that is under way fail. */
  @Override
  public void close() {
    closed = true;
    pending.values().forEach(future -> future.cancel(true));
    bodies.forEach(body -> body.abort(new IOException("The client was closed")));
  }

  private PushedBody pushed(RequestBody body) {
    return new PushedBody(body.length(), stall);
  }

  private static HttpRequest httpRequest(Outgoing request, HttpRequest.BodyPublisher publisher) {
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(request.uri()).method(request.method(), publisher);
    // Over plain http the platform would ask each server to upgrade, which some do not understand.
    builder.version(
        Origin.of(request.uri()).isSecure()
            ? HttpClient.Version.HTTP_2
            : HttpClient.Version.HTTP_1_1);
    request.headers().forEach(header -> builder.header(header.getKey(), header.getValue()));
    return builder.build();
  }

  /** Sends the body from this thread. */
  private static void pump(RequestBody body, PushedBody pushed, CompletableFuture<?> answer)
      throws IOException {
    boolean complete = false;
    try (InputStream in = open(body)) {
      for (byte[] piece = piece(in); piece.length > 0; piece = piece(in)) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("Interrupted while a body was sent");
        }
        if (answer.isDone() || !pushed.push(ByteBuffer.wrap(piece))) {
          // Answered, or failed, before all was sent; the answer tells which.
          complete = true;
          return;
        }
      }
      pushed.complete();
      complete = true;
    } finally {
      if (!complete) {
        pushed.fail(new IOException("The body was given up"));
      }
    }
  }

  private static InputStream open(RequestBody body) throws IOException {
    try {
      return body.source().open();
    } catch (IOException e) {
      throw new SourceFailedException(e);
    }
  }

  /** The next bytes, in an array of their own, since it is not known when they have been sent. */
  private static byte[] piece(InputStream in) throws IOException {
    try {
      byte[] piece = new byte[PIECE];
      int count = 0;
      int read = in.read(piece, 0, PIECE);
      while (read >= 0) {
        count += read;
        if (count > PIECE / 2) {
          break;
        }
        read = in.read(piece, count, PIECE - count);
      }
      return count == PIECE ? piece : Arrays.copyOf(piece, count);
    } catch (IOException e) {
      throw new SourceFailedException(e);
    }
  }

  private Answer answer(Outgoing request, HttpResponse<BodyStream> response) {
    BodyStream body = body(response);
    bodies.add(body);
    if (closed) {
      body.abort(new IOException("The client was closed"));
    }
    return new Answer(
        request.uri(), response.statusCode(), response.headers(), body, () -> bodies.remove(body));
  }

  /**
   * The platform gives none where a proxy answered that makes no tunnel before it knows who asks.
   */
  private BodyStream body(HttpResponse<BodyStream> response) {
    @Nullable BodyStream body = response.body();
    if (body != null) {
      return body;
    }
    BodyStream empty = new BodyStream(stall);
    empty.onComplete();
    return empty;
  }

  private static <T> T await(CompletableFuture<T> future, Duration timeout) throws IOException {
    try {
      return future.get(timeout.toNanos(), NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for an answer");
    } catch (TimeoutException e) {
      throw new HttpTimeoutException("No answer for " + timeout.toMillis() + " ms");
    } catch (CancellationException e) {
      throw new IOException("The client was closed", e);
    } catch (ExecutionException e) {
      throw ioException(e.getCause() == null ? e : e.getCause());
    }
  }

  private static IOException ioException(Throwable cause) {
    return cause instanceof IOException io
        ? io
        : new IOException(String.valueOf(cause.getMessage()), cause);
  }

  /** Closes the connection, also if the answer comes after all. */
  private static void giveUp(CompletableFuture<HttpResponse<BodyStream>> future) {
    future.cancel(true);
    var unused =
        future.whenComplete(
            (response, failure) -> {
              @Nullable BodyStream body = response == null ? null : response.body();
              if (body != null) {
                body.close();
              }
            });
  }
}
