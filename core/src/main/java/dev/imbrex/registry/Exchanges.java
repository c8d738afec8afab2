package dev.imbrex.registry;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.registry.RegistryException.Kind;
import dev.imbrex.registry.internal.transport.Answer;
import dev.imbrex.registry.internal.transport.HttpThreads;
import dev.imbrex.registry.internal.transport.Outgoing;
import dev.imbrex.registry.internal.transport.SourceFailedException;
import dev.imbrex.registry.internal.transport.Transport;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;

/**
 * Sends one request to any host, by the connections that are set up for it, within the limits of
 * how many may be under way. Safe for use by many threads.
 */
final class Exchanges implements Closeable {
  private static final String USUAL = "";

  private final RegistryOptions options;
  private final TlsContexts tls;
  private final HttpThreads threads = new HttpThreads();
  private final Map<String, Transport> transports = new ConcurrentHashMap<>();
  private final Map<String, ConnectionLimit> sending = new ConcurrentHashMap<>();
  private final Map<String, ConnectionLimit> receiving = new ConcurrentHashMap<>();
  private final ConnectionLimit sendingInAll;
  private final ConnectionLimit receivingInAll;
  private volatile boolean closed;

  Exchanges(RegistryOptions options) {
    this.options = options;
    this.tls = new TlsContexts(options.tls());
    this.sendingInAll = new ConnectionLimit(options.connections());
    this.receivingInAll = new ConnectionLimit(options.connections());
  }

  /**
   * Sends a request, once.
   *
   * @return the answer, of whatever status; the caller closes it
   * @throws RegistryException if there is none
   */
  Answer send(RegistryCall call, URI uri, Optional<Authorization> authorization)
      throws IOException {
    if (closed) {
      throw new IllegalStateException("The registry client is closed");
    }
    String host = hostOf(uri);
    Transport transport = transport(host);
    // Who reads a body may wait for others to send, so the two do not wait for the same.
    boolean receives = call.method().equals("GET");
    Runnable leaveAll = (receives ? receivingInAll : sendingInAll).enter();
    Runnable leave = () -> {};
    boolean answered = false;
    try {
      leave = limit(receives ? receiving : sending, host).enter();
      Runnable leaveHost = leave;
      Answer answer = transport.send(outgoing(call, uri, authorization));
      Optional<String> missing = options.proxy().refusal(uri, answer.status());
      if (missing.isPresent()) {
        answer.discard();
        throw Refusals.ofProxy(Attempted.of(call.method(), uri), missing.get(), answer.status());
      }
      if (answer.status() == 429) {
        limit(sending, host).lower();
        limit(receiving, host).lower();
      }
      answered = true;
      return answer.onClose(
          () -> {
            leaveHost.run();
            leaveAll.run();
          });
    } catch (InterruptedIOException | RegistryException e) {
      throw e;
    } catch (SourceFailedException e) {
      throw e.failure();
    } catch (IOException e) {
      if (closed) {
        throw new IllegalStateException("The registry client was closed", e);
      }
      throw broken(Attempted.of(call.method(), uri), e);
    } finally {
      if (!answered) {
        leave.run();
        leaveAll.run();
      }
    }
  }

  /** Threads for work that is part of an operation of this client. */
  ExecutorService executor() {
    return threads.executor();
  }

  /** Ends all that is under way, and every thread. */
  @Override
  public void close() {
    closed = true;
    transports.values().forEach(Transport::close);
    threads.close();
  }

  /** There was no answer. */
  static RegistryException broken(Attempted attempted, IOException cause) {
    String problem =
        cause.getMessage() == null ? "" : ": " + Refusals.shown(cause.getMessage(), List.of());
    return new RegistryException(
        isFinal(cause) ? Kind.REFUSED : Kind.CONNECTION,
        attempted,
        "no answer (" + cause.getClass().getSimpleName() + problem + ")",
        0,
        List.of(),
        null,
        cause);
  }

  /** Whether it is a certificate that is not taken, which will be no other the next time. */
  private static boolean isFinal(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof java.security.GeneralSecurityException) {
        return true;
      }
    }
    return false;
  }

  /** Whether https failed as it does where there is no https. */
  static boolean isNoTls(RegistryException failure) {
    if (failure.kind() != Kind.CONNECTION) {
      return false;
    }
    Throwable cause = failure.getCause();
    return cause instanceof SSLException || !(cause instanceof java.net.http.HttpTimeoutException);
  }

  private Outgoing outgoing(RegistryCall call, URI uri, Optional<Authorization> authorization) {
    List<Map.Entry<String, String>> headers = new ArrayList<>(call.headers());
    headers.add(Map.entry("User-Agent", options.userAgent()));
    authorization.ifPresent(shown -> headers.add(Map.entry("Authorization", shown.header())));
    options
        .proxy()
        .authorization(uri)
        .ifPresent(shown -> headers.add(Map.entry("Proxy-Authorization", shown)));
    return new Outgoing(call.method(), uri, headers, call.body(), options.timeouts().response());
  }

  private ConnectionLimit limit(Map<String, ConnectionLimit> limits, String host) {
    return limits.computeIfAbsent(
        host, asked -> new ConnectionLimit(options.host(asked).connections()));
  }

  private Transport transport(String host) throws ImageException {
    boolean skip = options.host(host).skipTlsVerify();
    boolean special = tls.isSpecial(host, skip);
    Transport known = transports.get(special ? host : USUAL);
    if (known != null) {
      return known;
    }
    SSLContext context = special ? tls.of(host, skip) : tls.usual();
    return transports.computeIfAbsent(special ? host : USUAL, key -> transport(context));
  }

  private Transport transport(SSLContext context) {
    return new Transport(
        threads,
        context,
        options.proxy().rules(),
        options.timeouts().connect(),
        options.timeouts().stall());
  }

  private static String hostOf(URI uri) {
    return uri.getPort() < 0 ? uri.getHost() : uri.getHost() + ":" + uri.getPort();
  }
}
