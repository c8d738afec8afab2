package dev.imbrex.registry.server;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.store.LayoutOptions;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight clients at once, each with what it likes best: all ways to push, pulls that are compared,
 * uploads left alone, connections cut half way. Then nothing may be left: no thread, no handle, no
 * temporary file (SN-T15). {@code -Dimbrex.seconds=300} lets it go on for five minutes.
 */
class RegistrySoakTest {
  private static final int CLIENTS = 8;
  private static final int HANDLES_OF_OTHERS = 16;

  @TempDir Path directory;

  @Test
  void leavesNothingBehindWhateverItsClientsDo() throws Exception {
    long seconds = Long.getLong("imbrex.seconds", 2);
    long seed = Long.getLong("imbrex.seed", 20261126);
    LayoutOptions options = LayoutOptions.DEFAULT.withSync(false);
    try (LayoutStorage storage = LayoutStorage.openOrCreate(directory, options)) {
      long before = handles();
      int port;
      try (RegistryServer server = RegistryServer.start(storage)) {
        port = server.port();
        long rounds = work(server, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds), seed);
        assertThat(rounds).describedAs("rounds, seed %s", seed).isPositive();
      }
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().startsWith("imbrex-registry-" + port));
      assertThat(storage.deleteLeftovers(Instant.MAX)).isZero();
      try (Stream<Path> temporary = Files.list(directory.resolve(".imbrex/tmp"))) {
        assertThat(temporary).isEmpty();
      }
      // The connections that the client under the test has pooled go when it notices.
      for (int i = 0; i < 100 && handles() > before + HANDLES_OF_OTHERS; i++) {
        Thread.sleep(100);
      }
      assertThat(handles()).isLessThanOrEqualTo(before + HANDLES_OF_OTHERS);
    }
  }

  private static long work(RegistryServer server, long end, long seed)
      throws InterruptedException, ExecutionException {
    ExecutorService executor = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<Long>> clients = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        Client client = new Client(server, "soak/client-" + i, new Random(seed + i));
        clients.add(executor.submit(() -> client.run(end)));
      }
      long rounds = 0;
      for (Future<Long> client : clients) {
        rounds += client.get();
      }
      return rounds;
    } finally {
      executor.shutdown();
    }
  }

  /** Open handles of this process; 0 where the system does not list them. */
  private static long handles() throws IOException {
    Path list = Path.of("/proc/self/fd");
    if (!Files.isDirectory(list)) {
      return 0;
    }
    try (Stream<Path> handles = Files.list(list)) {
      return handles.count();
    }
  }

  private static final class Client {
    private final RegistryServer server;
    private final RawClient http;
    private final String repository;
    private final String uploads;
    private final Random random;

    Client(RegistryServer server, String repository, Random random) {
      this.server = server;
      this.http = new RawClient(server);
      this.repository = "/v2/" + repository;
      this.uploads = this.repository + "/blobs/uploads/";
      this.random = random;
    }

    long run(long end) throws IOException, InterruptedException {
      long rounds = 0;
      while (System.nanoTime() - end < 0 || rounds == 0) {
        round();
        rounds++;
      }
      return rounds;
    }

    private void round() throws IOException, InterruptedException {
      byte[] blob = new byte[random.nextInt(400_000)];
      random.nextBytes(blob);
      String algorithm = random.nextBoolean() ? "sha256" : "sha512";
      String digest = Fixture.digest(algorithm, blob);
      push(blob, digest);
      String path = repository + "/blobs/" + digest;
      assertThat(http.get(path).expect(200).body()).isEqualTo(blob);
      if (blob.length > 1) {
        int from = random.nextInt(blob.length);
        byte[] part = http.with("Range", "bytes=" + from + "-").get(path).expect(206).body();
        assertThat(part).isEqualTo(Arrays.copyOfRange(blob, from, blob.length));
      }
      byte[] manifest =
          Fixture.manifest(Fixture.descriptor(Fixture.CONFIG, digest, blob.length), List.of(), "");
      String tag = "tag-" + random.nextInt(20);
      http.with("Content-Type", Fixture.MANIFEST)
          .put(repository + "/manifests/" + tag, manifest)
          .expect(201);
      assertThat(http.get(repository + "/manifests/" + tag).expect(200).body()).isEqualTo(manifest);
      assertThat(http.get(repository + "/tags/list").expect(200).text()).contains(tag);
      http.delete(repository + "/manifests/" + Fixture.sha256(manifest)).expect(202);
      http.delete(path).expect(202);
      http.get(path).expect(404);
    }

    private void push(byte[] blob, String digest) throws IOException, InterruptedException {
      String withDigest = "?digest=" + digest;
      switch (random.nextInt(6)) {
        case 0 -> http.post(uploads + withDigest, blob).expect(201);
        case 1 -> http.put(start() + withDigest, blob).expect(201);
        case 2 -> {
          String location = http.stream("PATCH", start(), blob).expect(202).header("Location");
          http.put(location + withDigest, new byte[0]).expect(201);
        }
        case 3 -> {
          String location = start();
          int half = blob.length / 2;
          vanish(location, blob);
          http.delete(location).expect(204);
          location = start();
          http.patch(location, Arrays.copyOf(blob, half)).expect(202);
          http.put(location + withDigest, Arrays.copyOfRange(blob, half, blob.length)).expect(201);
        }
        case 4 -> {
          // Left alone: the server gives it up when it ends.
          http.patch(start(), blob).expect(202);
          http.post(uploads + withDigest, blob).expect(201);
        }
        default -> {
          byte[] wrong = Arrays.copyOf(blob, blob.length + 1);
          http.post(uploads + withDigest, wrong).expect(400);
          http.post(uploads + withDigest, blob).expect(201);
        }
      }
    }

    private String start() throws IOException, InterruptedException {
      return http.post(uploads).expect(202).header("Location");
    }

    /** Begins to send, and cuts the connection half way. */
    private void vanish(String location, byte[] blob) throws IOException {
      try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
        String head =
            "PATCH " + location + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(ISO_8859_1));
        socket.getOutputStream().write(blob);
      }
    }
  }
}
