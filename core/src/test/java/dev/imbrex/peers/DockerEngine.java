package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Docker engine of its own for a test, with its data in a directory of the test. Needs root. */
final class DockerEngine implements AutoCloseable {
  private final Process engine;
  private final Path directory;
  private final Path socket;
  private final Program docker;

  private DockerEngine(Process engine, Path socket, Program docker) {
    this.engine = engine;
    this.socket = socket;
    this.directory = socket.getParent();
    this.docker = docker;
  }

  static DockerEngine start(Path directory) throws IOException, InterruptedException {
    Program.requireRoot();
    Program daemon = Program.find("dockerd");
    Files.createDirectories(directory);
    // A socket's path must be short, and this directory's may not be.
    Path socket = Files.createTempDirectory("docker").resolve("s");
    Process engine =
        new ProcessBuilder(
                daemon.executable().toString(),
                "--data-root=" + directory.resolve("data"),
                "--exec-root=" + socket.resolveSibling("exec"),
                "--host=unix://" + socket,
                "--pidfile=" + directory.resolve("pid"),
                "--bridge=none",
                "--iptables=false",
                "--ip-forward=false",
                "--ip-masq=false")
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    Program docker = client(daemon).with("DOCKER_HOST", "unix://" + socket);
    DockerEngine started = new DockerEngine(engine, socket, docker);
    for (int attempt = 0; attempt < 300 && engine.isAlive(); attempt++) {
      if (Files.exists(socket)) {
        return started;
      }
      Thread.sleep(200);
    }
    started.close();
    return fail("dockerd did not start:\n" + Files.readString(directory.resolve("log")));
  }

  /** Where it listens. */
  URI address() {
    return URI.create("unix://" + socket);
  }

  /** The client of the engine's own release, if there are several: others may lack a builder. */
  private static Program client(Program daemon) throws IOException, InterruptedException {
    String release = daemon.run("--version").replaceAll("(?s).*version ([^,]*),.*", "$1");
    List<Program> clients = Program.findAll("docker");
    for (Program client : clients) {
      if (client.run("--version").contains(release)) {
        return client;
      }
    }
    return clients.get(0);
  }

  /** The client, pointed at this engine. */
  Program docker() {
    return docker;
  }

  @Override
  public void close() throws IOException {
    try {
      engine.destroy();
      if (!engine.waitFor(60, TimeUnit.SECONDS)) {
        engine.destroyForcibly().waitFor();
      }
      // The engine leaves a mount behind, which holds the directory.
      Path mount = directory.resolve("exec/netns/default");
      if (Files.exists(mount)) {
        new ProcessBuilder("umount", "-l", mount.toString()).start().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while the engine ends");
    }
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
