package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A proxy that knows CONNECT only (RFC 9110, section 9.3.6), and writes down what it was asked. */
final class ConnectProxy implements Closeable {
  private static final int HEAD = 1 << 14;

  private final ServerSocket server;
  private final @Nullable String credentials;
  private final List<String> targets = new CopyOnWriteArrayList<>();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();

  private ConnectProxy(ServerSocket server, @Nullable String credentials) {
    this.server = server;
    this.credentials = credentials;
  }

  /**
   * Starts one on a free port.
   *
   * @param credentials {@code user:password} that it asks for; null for none
   */
  static ConnectProxy start(@Nullable String credentials) throws IOException {
    ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    ConnectProxy proxy = new ConnectProxy(server, credentials);
    thread(proxy::accept);
    return proxy;
  }

  /** Its URL, with a user and a password if that is not null. */
  URI url(@Nullable String user) {
    return URI.create(
        "http://" + (user == null ? "" : user + "@") + "127.0.0.1:" + server.getLocalPort());
  }

  /** What tunnels were made to. */
  List<String> targets() {
    return targets;
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
        Socket client = server.accept();
        sockets.add(client);
        thread(() -> serve(client));
      } catch (IOException e) {
        return;
      }
    }
  }

  private void serve(Socket client) {
    try (client) {
      String head = head(client.getInputStream());
      String[] request = head.split(" ", 3);
      if (!request[0].equals("CONNECT")) {
        answer(client, "405 Method Not Allowed");
      } else if (!knows(head)) {
        answer(
            client, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"");
      } else {
        int colon = request[1].lastIndexOf(':');
        targets.add(request[1]);
        try (Socket there =
            new Socket(
                request[1].substring(0, colon),
                Integer.parseInt(request[1].substring(colon + 1)))) {
          sockets.add(there);
          client.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(ISO_8859_1));
          Thread back = thread(() -> pass(there, client));
          pass(client, there);
          back.join();
        }
      }
    } catch (IOException e) {
      // The client sees that the connection ends.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private boolean knows(String head) {
    if (credentials == null) {
      return true;
    }
    String wanted = "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8));
    return head.lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("proxy-authorization:"))
        .anyMatch(line -> line.substring(line.indexOf(':') + 1).strip().equals(wanted));
  }

  private static void answer(Socket client, String status) throws IOException {
    client
        .getOutputStream()
        .write(("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n").getBytes(ISO_8859_1));
  }

  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0 && head.length() < HEAD) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("The client left");
      }
      head.append((char) next);
    }
    return head.toString();
  }

  private static void pass(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.shutdownOutput();
    } catch (IOException e) {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new AssertionError("Closing a socket does no I/O here", e);
    }
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "connect-proxy");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
