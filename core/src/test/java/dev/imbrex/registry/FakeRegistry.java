package dev.imbrex.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server on a plain socket that says what a test wants, also what no HTTP server would say. Each
 * connection serves one request. What is no HTTP, as the first bytes of TLS, is not answered.
 */
final class FakeRegistry implements AutoCloseable {
  /** What a client asked. */
  record Request(String method, String target, Map<String, List<String>> headers, String content) {
    byte[] body() {
      return content.getBytes(ISO_8859_1);
    }

    String path() {
      int query = target.indexOf('?');
      return query < 0 ? target : target.substring(0, query);
    }

    String query() {
      int query = target.indexOf('?');
      return query < 0 ? "" : target.substring(query + 1);
    }

    String header(String name) {
      List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
      return values == null ? "" : values.get(0);
    }

    String text() {
      return new String(body(), UTF_8);
    }

    /** Method and target. */
    @Override
    public String toString() {
      return method + " " + target;
    }
  }

  /** Says what to answer. */
  @FunctionalInterface
  interface Handler {
    void handle(Request request, Reply reply) throws IOException;
  }

  /** What is answered; the connection is closed after it. */
  static final class Reply {
    private final Socket socket;
    private final boolean head;

    Reply(Socket socket, boolean head) {
      this.socket = socket;
      this.head = head;
    }

    /** A whole answer. Headers are written as {@code Name: value}. */
    void send(int status, byte[] body, String... headers) throws IOException {
      start(status, body.length, headers);
      if (!head) {
        out().write(body);
      }
    }

    void send(int status, String body, String... headers) throws IOException {
      send(status, body.getBytes(UTF_8), headers);
    }

    /** An answer whose body is still to come, or never comes. */
    void start(int status, long length, String... headers) throws IOException {
      StringBuilder text = new StringBuilder("HTTP/1.1 " + status + " Status\r\n");
      for (String header : headers) {
        text.append(header).append("\r\n");
      }
      boolean lengthGiven =
          List.of(headers).stream()
              .anyMatch(h -> h.toLowerCase(Locale.ROOT).startsWith("content-l"));
      if (length >= 0 && !lengthGiven && status != 204) {
        text.append("Content-Length: ").append(length).append("\r\n");
      }
      text.append("Connection: close\r\n\r\n");
      raw(text.toString().getBytes(ISO_8859_1));
    }

    /** Bytes as they are. */
    void raw(byte[] bytes) throws IOException {
      out().write(bytes);
      out().flush();
    }

    /** Breaks the connection off, so that the client hears of it. */
    void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    private OutputStream out() throws IOException {
      return socket.getOutputStream();
    }
  }

  private final ServerSocket server;
  private final Handler handler;
  private final Thread acceptor;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();

  private FakeRegistry(ServerSocket server, Handler handler) {
    this.server = server;
    this.handler = handler;
    this.acceptor = new Thread(this::accept, "fake-registry");
  }

  static FakeRegistry start(Handler handler) throws IOException {
    FakeRegistry registry =
        new FakeRegistry(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), handler);
    registry.acceptor.setDaemon(true);
    registry.acceptor.start();
    return registry;
  }

  String host() {
    return "127.0.0.1:" + server.getLocalPort();
  }

  String url() {
    return "http://" + host();
  }

  /** All requests, in the order they came. */
  List<Request> requests() {
    return requests;
  }

  /** Method and target of all requests. */
  List<String> log() {
    return requests.stream().map(Request::toString).toList();
  }

  /** How many connections are open. */
  int open() {
    return sockets.size();
  }

  /** How many connections there were. */
  int connections() {
    return connections.get();
  }

  @Override
  public void close() throws IOException {
    server.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket socket = server.accept();
        connections.incrementAndGet();
        sockets.add(socket);
        Thread thread = new Thread(() -> serve(socket), "fake-registry-connection");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket socket) {
    try (socket) {
      InputStream in = new BufferedInputStream(socket.getInputStream());
      Request request = read(in);
      if (request != null) {
        requests.add(request);
        handler.handle(request, new Reply(socket, request.method().equals("HEAD")));
        if (!socket.isClosed()) {
          socket.shutdownOutput();
          // What the client still sends must not reset what was answered.
          socket.setSoTimeout(2000);
          in.skip(Long.MAX_VALUE);
        }
      }
    } catch (IOException e) {
      // The client went away, or what it said was no HTTP.
      return;
    } finally {
      sockets.remove(socket);
    }
  }

  private static @Nullable Request read(InputStream in) throws IOException {
    String line = line(in);
    String[] words = line.split(" ", -1);
    if (words.length != 3 || !words[2].startsWith("HTTP/")) {
      return null;
    }
    Map<String, List<String>> headers = new TreeMap<>();
    for (String header = line(in); !header.isEmpty(); header = line(in)) {
      int colon = header.indexOf(':');
      headers
          .computeIfAbsent(
              header.substring(0, colon).toLowerCase(Locale.ROOT), name -> new ArrayList<>())
          .add(header.substring(colon + 1).strip());
    }
    return new Request(words[0], words[1], headers, new String(body(in, headers), ISO_8859_1));
  }

  private static byte[] body(InputStream in, Map<String, List<String>> headers) throws IOException {
    if (headers.containsKey("content-length")) {
      int length = Integer.parseInt(headers.get("content-length").get(0));
      byte[] body = in.readNBytes(length);
      if (body.length < length) {
        throw new IOException("The body broke off");
      }
      return body;
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    if (headers.containsKey("transfer-encoding")) {
      for (int size = Integer.parseInt(line(in), 16); size > 0; ) {
        body.write(in.readNBytes(size));
        line(in);
        size = Integer.parseInt(line(in), 16);
      }
    }
    return body.toByteArray();
  }

  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.size() > 65536) {
        throw new IOException("No line");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(ISO_8859_1);
  }
}
