package dev.imbrex.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Listens on a socket in the file system and answers what it is told to, byte for byte. */
public final class ScriptedEngine implements AutoCloseable {
  private final Path directory;
  private final Path socket;
  private final ServerSocketChannel server;
  private final Thread thread;
  private final String answer;
  private final int bytesToRead;
  private final boolean hangs;
  final List<String> requests = new CopyOnWriteArrayList<>();
  final AtomicInteger closedByClient = new AtomicInteger();

  private ScriptedEngine(String answer, int bytesToRead, boolean hangs) throws IOException {
    this.answer = answer;
    this.bytesToRead = bytesToRead;
    this.hangs = hangs;
    directory = Files.createTempDirectory("e");
    socket = directory.resolve("s");
    server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    thread = new Thread(this::serve, "scripted engine");
    thread.start();
  }

  /** Reads the head of each request, gives the answer and closes the connection. */
  public static ScriptedEngine answering(String answer) throws IOException {
    return new ScriptedEngine(answer, 0, false);
  }

  /** Gives the answer after so many bytes of the request, whatever else comes. */
  public static ScriptedEngine interruptingAfter(int bytes, String answer) throws IOException {
    return new ScriptedEngine(answer, bytes, false);
  }

  /** Gives the answer, and then neither more nor the end. */
  public static ScriptedEngine hangingAfter(String answer) throws IOException {
    return new ScriptedEngine(answer, 0, true);
  }

  /** Where it listens. */
  public URI address() {
    return URI.create("unix://" + socket);
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel client = server.accept()) {
        requests.add(readRequest(client));
        write(client, answer);
        if (hangs) {
          // Ends when the client closes.
          while (client.read(ByteBuffer.allocate(100)) >= 0) {
            // What still comes is of no interest.
          }
          closedByClient.incrementAndGet();
        }
      } catch (IOException e) {
        // The client went, or the test ends.
        closedByClient.incrementAndGet();
      }
    }
  }

  private String readRequest(SocketChannel client) throws IOException {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    ByteBuffer block = ByteBuffer.allocate(1024);
    while (bytesToRead > 0
        ? request.size() < bytesToRead
        : !request.toString(ISO_8859_1).contains("\r\n\r\n")) {
      if (client.read(block.clear()) < 0) {
        break;
      }
      request.write(block.array(), 0, block.position());
    }
    return request.toString(ISO_8859_1);
  }

  private static void write(SocketChannel client, String text) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(ISO_8859_1));
    while (bytes.hasRemaining()) {
      client.write(bytes);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Files.deleteIfExists(socket);
    Files.delete(directory);
  }
}
