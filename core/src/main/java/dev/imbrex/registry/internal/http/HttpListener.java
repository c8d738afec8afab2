package dev.imbrex.registry.internal.http;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Listens on a port and serves each connection on a thread of its own, until it is closed. A second
 * thread looks once a second for connections that have stalled, and does what else is to be done
 * now and then.
 */
public final class HttpListener implements Closeable {
  private static final long ROUND_MILLIS = 500;
  private static final long CLOSING_SECONDS = 30;
  private static final int BACKLOG = 1024;

  private final ServerSocket server;
  private final HttpConnection.@Nullable TlsServer tls;
  private final HttpHandler handler;
  private final HttpLimits limits;
  private final Runnable round;
  private final Semaphore free;
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
  private final ExecutorService workers;

  /** The threads of the workers: a pool says that it has ended a little before they have. */
  private final Set<Thread> started = ConcurrentHashMap.newKeySet();

  private final Thread acceptor;
  private final Thread watcher;
  private volatile boolean closed;

  private HttpListener(
      ServerSocket server,
      HttpConnection.@Nullable TlsServer tls,
      HttpHandler handler,
      HttpLimits limits,
      Runnable round) {
    this.server = server;
    this.tls = tls;
    this.handler = handler;
    this.limits = limits;
    this.round = round;
    this.free = new Semaphore(limits.connections());
    String name = "imbrex-registry-" + server.getLocalPort();
    this.workers = Executors.newCachedThreadPool(task -> worker(task, name));
    this.acceptor = daemon(this::accept, name + "-accept");
    this.watcher = daemon(this::watch, name + "-watch");
  }

  /**
   * Starts to listen.
   *
   * @param address where; port 0 stands for any that is free
   * @param tls keys for https; null for plain http
   * @param clientCertificate whether clients must show a certificate, with https
   * @param round what is done every half second, quickly
   * @throws IOException if the port cannot be had
   */
  public static HttpListener start(
      InetSocketAddress address,
      @Nullable SSLContext tls,
      boolean clientCertificate,
      HttpHandler handler,
      HttpLimits limits,
      Runnable round)
      throws IOException {
    ServerSocket server = new ServerSocket();
    try {
      server.setReuseAddress(true);
      server.bind(address, BACKLOG);
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    HttpListener listener =
        new HttpListener(
            server,
            tls == null ? null : new HttpConnection.TlsServer(tls, clientCertificate),
            handler,
            limits,
            round);
    listener.acceptor.start();
    listener.watcher.start();
    return listener;
  }

  /** The port it listens on. */
  public int port() {
    return server.getLocalPort();
  }

  /**
   * Stops listening, cuts all connections and waits until no thread is left. What a request was
   * doing then ends as if its client had gone.
   *
   * @throws InterruptedIOException if it is interrupted meanwhile; the threads end nevertheless
   */
  @Override
  public void close() throws IOException {
    closed = true;
    server.close();
    acceptor.interrupt();
    watcher.interrupt();
    workers.shutdown();
    try {
      acceptor.join();
      watcher.join();
      connections.forEach(HttpConnection::cut);
      if (workers.awaitTermination(CLOSING_SECONDS, TimeUnit.SECONDS)) {
        for (Thread thread : started) {
          thread.join();
        }
      } else {
        workers.shutdownNow();
      }
    } catch (InterruptedException e) {
      connections.forEach(HttpConnection::cut);
      workers.shutdownNow();
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while the server ends");
    }
  }

  private void accept() {
    while (!closed) {
      try {
        serve(server.accept());
      } catch (InterruptedException e) {
        return;
      } catch (IOException | RuntimeException e) {
        // Closed; or out of handles, or of threads, and then the next one may fare better.
        pause();
      }
    }
  }

  private void serve(Socket socket) throws IOException, InterruptedException {
    HttpConnection connection = new HttpConnection(socket, tls, handler, limits);
    boolean started = false;
    connections.add(connection);
    try {
      waitForRoom();
      try {
        workers.execute(() -> run(connection));
        started = true;
      } finally {
        if (!started) {
          free.release();
        }
      }
    } finally {
      if (!started) {
        connections.remove(connection);
        socket.close();
      }
    }
  }

  private void run(HttpConnection connection) {
    try {
      connection.run();
    } finally {
      connections.remove(connection);
      free.release();
    }
  }

  private void waitForRoom() throws InterruptedException {
    if (free.tryAcquire()) {
      return;
    }
    do {
      longestIdle().ifPresent(HttpConnection::cut);
    } while (!free.tryAcquire(ROUND_MILLIS, TimeUnit.MILLISECONDS));
  }

  private Optional<HttpConnection> longestIdle() {
    long now = System.nanoTime();
    return connections.stream()
        .filter(HttpConnection::isIdle)
        .max(Comparator.comparingLong(connection -> now - connection.idleSince()));
  }

  private void watch() {
    while (!closed) {
      pause();
      long now = System.nanoTime();
      connections.forEach(connection -> connection.cutIfOver(now));
      runRound();
    }
  }

  /**
   * Whatever happens there, stalled connections must still be found; the next round tries again.
   */
  private void runRound() {
    try {
      round.run();
    } catch (RuntimeException e) {
      return;
    }
  }

  private void pause() {
    try {
      if (!closed) {
        Thread.sleep(ROUND_MILLIS);
      }
    } catch (InterruptedException e) {
      // Only close() interrupts; it has set the flag these threads look at.
      return;
    }
  }

  private Thread worker(Runnable task, String name) {
    started.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
    Thread thread = daemon(task, name);
    started.add(thread);
    return thread;
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }
}
