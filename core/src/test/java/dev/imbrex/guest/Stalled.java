package dev.imbrex.guest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A server that answers some requests by their heads and leaves all others waiting: it neither
 * reads on, nor answers, nor closes.
 */
final class Stalled implements Closeable {
  private final ServerSocketChannel server;
  private final UnaryOperator<@Nullable String> answers;
  private final List<SocketChannel> clients = new ArrayList<>();

  private Stalled(ServerSocketChannel server, UnaryOperator<@Nullable String> answers) {
    this.server = server;
    this.answers = answers;
  }

  /** On the loopback. */
  static Stalled start(UnaryOperator<@Nullable String> answers) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    return start(server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), answers);
  }

  /**
   * On a socket that listens.
   *
   * @param answers from the first line of a request to the whole answer; null to leave it waiting
   */
  static Stalled start(ServerSocketChannel server, UnaryOperator<@Nullable String> answers) {
    Stalled stalled = new Stalled(server, answers);
    Thread thread = new Thread(stalled::accept, "stalled server");
    thread.setDaemon(true);
    thread.start();
    return stalled;
  }

  /** Host and port. */
  String authority() throws IOException {
    SocketAddress address = server.getLocalAddress();
    return "127.0.0.1:" + ((InetSocketAddress) address).getPort();
  }

  private void accept() {
    while (server.isOpen()) {
      try {
        SocketChannel client = server.accept();
        synchronized (clients) {
          clients.add(client);
        }
        Thread thread = new Thread(() -> serve(client), "stalled server");
        thread.setDaemon(true);
        thread.start();
      } catch (IOException e) {
        // Closed.
        return;
      }
    }
  }

  private void serve(SocketChannel client) {
    try {
      while (true) {
        String head = head(client);
        String answer = answers.apply(head.lines().findFirst().orElse(""));
        if (answer == null) {
          return;
        }
        client.write(ByteBuffer.wrap(answer.getBytes(ISO_8859_1)));
      }
    } catch (IOException e) {
      // The client went.
      return;
    }
  }

  private static String head(SocketChannel client) throws IOException {
    StringBuilder head = new StringBuilder();
    ByteBuffer one = ByteBuffer.allocate(1);
    while (head.indexOf("\r\n\r\n") < 0) {
      if (client.read(one.clear()) < 0) {
        throw new IOException("gone");
      }
      head.append((char) one.get(0));
    }
    return head.toString();
  }

  @Override
  public void close() throws IOException {
    server.close();
    synchronized (clients) {
      for (SocketChannel client : clients) {
        client.close();
      }
    }
  }
}
