package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Docker's registry, on a port of its own, with its content in memory. */
public final class DockerRegistry implements AutoCloseable {
  private final Process registry;
  private final int port;

  private DockerRegistry(Process registry, int port) {
    this.registry = registry;
    this.port = port;
  }

  /** Starts one that anybody may use. */
  public static DockerRegistry start(Path directory) throws IOException, InterruptedException {
    return start(directory, "");
  }

  /**
   * Starts one.
   *
   * @param directory where its files go
   * @param more lines of its configuration, {@code http} left out
   * @param http lines of the section {@code http}, indented
   */
  public static DockerRegistry start(Path directory, String more, String... http)
      throws IOException, InterruptedException {
    Program program = Program.find("docker-registry");
    Files.createDirectories(directory);
    int port = freePort();
    Path config = directory.resolve("config.yml");
    Files.writeString(
        config,
        """
        version: 0.1
        log: {level: error, accesslog: {disabled: true}}
        storage: {inmemory: {}, delete: {enabled: true}}
        http:
          addr: 127.0.0.1:%d
        """
                .formatted(port)
            + String.join("", http)
            + more);
    Process registry =
        new ProcessBuilder(program.executable().toString(), "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    for (int attempt = 0; attempt < 200 && registry.isAlive(); attempt++) {
      if (answers(port)) {
        return new DockerRegistry(registry, port);
      }
      Thread.sleep(50);
    }
    registry.destroyForcibly();
    return fail("docker-registry did not start:\n" + Files.readString(directory.resolve("log")));
  }

  /** Where it is, as names have it. */
  public String host() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() throws IOException {
    registry.destroy();
    try {
      if (!registry.waitFor(10, TimeUnit.SECONDS)) {
        registry.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while docker-registry ends");
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 200);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
