package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Eight real clients at once for {@code -Dimbrex.clients=SECONDS}: four of skopeo, two of a Docker
 * engine, two of buildah. Each pushes and pulls in a loop, and what comes back is compared. Then
 * nothing may be left in this process: no thread, no handle, no temporary file. Needs root.
 */
@EnabledIfSystemProperty(named = "imbrex.clients", matches = "[0-9]+")
class RegistryClientsSoakIT {
  private static final Platform AMD64 = Platform.of("linux", "amd64");
  private static final int IMAGES = 12;

  @TempDir Path directory;

  private ImageStore served;
  private RegistryServer registry;
  private final List<Image> seeds = new ArrayList<>();

  /** One round of a client, which compares what it got. */
  @FunctionalInterface
  private interface Round {
    void run(Random random) throws Exception;
  }

  @Test
  void leavesNothingBehindWhenEightClientsHaveWorked() throws Exception {
    long seconds = Long.getLong("imbrex.clients");
    long seed = Long.getLong("imbrex.seed", 20261126);
    Path kept = directory.resolve("registry");
    try (ImageStore images = ImageStore.on(LayoutStorage.create(kept))) {
      served = images;
      for (int i = 0; i < IMAGES; i++) {
        Image image = seed(i);
        images.tag("seed:" + i, image);
        seeds.add(image);
      }
      Map<String, Integer> rounds;
      long handles = handles();
      try (RegistryServer started = RegistryServer.start(images.storage())) {
        registry = started;
        long threads = threads(started.port());
        rounds = new TreeMap<>(work(seconds, seed));
        // The clients have gone, so their connections do, and a minute later the threads.
        await(() -> threads(started.port()) <= threads);
        assertThat(threads(started.port())).isLessThanOrEqualTo(threads);
        assertThat(temporary(kept)).isEmpty();
      }
      report(seconds, rounds);
      assertThat(rounds.values()).describedAs("seed %s", seed).hasSize(8).allMatch(n -> n > 0);
      assertThat(threads(registry.port())).isZero();
      await(() -> handles() <= handles);
      assertThat(handles()).isLessThanOrEqualTo(handles);
      assertThat(((LayoutStorage) images.storage()).deleteLeftovers(Instant.MAX)).isZero();
    }
  }

  private Map<String, Integer> work(long seconds, long seed) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(8);
    try (DockerEngine engine = DockerEngine.start(directory.resolve("docker"))) {
      Map<String, Round> clients = new TreeMap<>();
      for (int i = 0; i < 4; i++) {
        clients.put("skopeo-" + i, skopeo("skopeo-" + i));
      }
      for (int i = 0; i < 2; i++) {
        // Two clients of one engine must not remove each other's images.
        clients.put("docker-" + i, docker(engine.docker(), "docker-" + i, i));
        clients.put("buildah-" + i, buildah("buildah-" + i));
      }
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
      Map<String, Future<Integer>> running = new TreeMap<>();
      for (Map.Entry<String, Round> client : clients.entrySet()) {
        Random random = new Random(seed + client.getKey().hashCode());
        running.put(client.getKey(), executor.submit(() -> repeat(client.getValue(), random, end)));
      }
      Map<String, Integer> rounds = new TreeMap<>();
      for (Map.Entry<String, Future<Integer>> client : running.entrySet()) {
        rounds.put(client.getKey(), client.getValue().get());
      }
      return rounds;
    } finally {
      executor.shutdownNow();
    }
  }

  private static int repeat(Round round, Random random, long end) throws Exception {
    int rounds = 0;
    while (rounds == 0 || System.nanoTime() - end < 0) {
      round.run(random);
      rounds++;
    }
    return rounds;
  }

  private Round skopeo(String name) throws IOException {
    Program skopeo = Program.find("skopeo");
    Path work = Files.createDirectory(directory.resolve(name));
    return random -> {
      int number = random.nextInt(IMAGES);
      Path pulled = work.resolve("pulled");
      skopeo.run(
          "copy", "-q", "--src-tls-verify=false", image("seed:" + number), "oci:" + pulled + ":a");
      compare(pulled, number);
      String mine = image(name + ":" + random.nextInt(5));
      skopeo.run("copy", "-q", "--dest-tls-verify=false", "oci:" + pulled + ":a", mine);
      Path again = work.resolve("again");
      skopeo.run("copy", "-q", "--src-tls-verify=false", mine, "oci:" + again + ":a");
      compare(again, number);
      assertThat(skopeo.run("list-tags", "--tls-verify=false", image(name))).contains("\"Tags\"");
      if (random.nextInt(3) == 0) {
        skopeo.run("delete", "--tls-verify=false", mine);
      }
      delete(pulled);
      delete(again);
    };
  }

  private Round docker(Program docker, String name, int part) {
    return random -> {
      int number = random.nextInt(IMAGES / 2) * 2 + part;
      Image expected = seeds.get(number);
      String pulled = registry.authority() + "/seed:" + number;
      docker.run("pull", "-q", pulled);
      assertThat(docker.run("inspect", "--format={{.Id}}", pulled).strip())
          .isEqualTo(expected.id().toString());
      String container = docker.run("create", "--network=none", pulled).strip();
      Path copy = directory.resolve(name + "-data");
      docker.run("cp", container + ":/data", copy.toString());
      assertThat(copy).hasBinaryContent(data(number));
      docker.run("rm", "-f", container);
      Files.delete(copy);
      String tag = name + ":" + random.nextInt(5);
      docker.run("tag", pulled, registry.authority() + "/" + tag);
      docker.run("push", "-q", registry.authority() + "/" + tag);
      Image pushed = served.require(tag);
      assertThat(pushed.id()).isEqualTo(expected.id());
      assertThat(pushed.files().read(TreePath.of("/data"), 1 << 24)).isEqualTo(data(number));
      docker.run("rmi", "-f", expected.id().encoded());
    };
  }

  private Round buildah(String name) throws IOException {
    Program buildah = Program.find("buildah");
    Path work = Files.createDirectory(directory.resolve(name));
    List<String> store =
        List.of(
            "--storage-driver=vfs",
            "--root=" + work.resolve("root"),
            "--runroot=" + work.resolve("run"));
    return random -> {
      byte[] bytes = new byte[random.nextInt(1 << 20)];
      random.nextBytes(bytes);
      Path file = Files.write(work.resolve("file"), bytes);
      String container = run(buildah, store, "from", "scratch").strip();
      run(buildah, store, "copy", container, file.toString(), "/file");
      run(buildah, store, "commit", "-q", "--rm", container, "local:1");
      String tag = name + ":" + random.nextInt(5);
      String there = registry.authority() + "/" + tag;
      run(buildah, store, "push", "-q", "--tls-verify=false", "local:1", there);
      Image pushed = served.require(tag);
      assertThat(pushed.files().read(TreePath.of("/file"), 1 << 24)).isEqualTo(bytes);
      run(buildah, store, "rmi", "-a", "-f");
      assertThat(run(buildah, store, "pull", "-q", "--tls-verify=false", there).strip())
          .isEqualTo(pushed.id().encoded());
      String again = run(buildah, store, "from", "--pull-never", there).strip();
      String root = run(buildah, store, "mount", again).strip();
      assertThat(Path.of(root, "file")).hasBinaryContent(bytes);
      run(buildah, store, "rm", "-a");
      run(buildah, store, "rmi", "-a", "-f");
    };
  }

  private static String run(Program program, List<String> options, String... arguments)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(options);
    all.addAll(List.of(arguments));
    return program.run(all.toArray(String[]::new));
  }

  /** Two layers: one they share, one of their own. */
  private Image seed(int number) throws IOException {
    Image base =
        ImageBuilder.scratch(served, AMD64)
            .layer(layer -> layer.file("/base", "base ".repeat(100_000)))
            .build();
    return ImageBuilder.from(base)
        .layer(layer -> layer.file("/data", Content.of(data(number)), Metadata.forFile()))
        .label("number", Integer.toString(number))
        .cmd("/data")
        .build();
  }

  /** Half of it is random, so that it stays large when it is compressed. */
  private static byte[] data(int number) {
    byte[] bytes = ("data " + number + "\n").repeat(100_000 + number).getBytes(UTF_8);
    byte[] noise = new byte[bytes.length / 2];
    new Random(number).nextBytes(noise);
    System.arraycopy(noise, 0, bytes, 0, noise.length);
    return bytes;
  }

  private void compare(Path layout, int number) throws IOException {
    try (ImageStore pulled = ImageStore.on(LayoutStorage.open(layout))) {
      Image image = pulled.require("a");
      assertThat(image.digest()).isEqualTo(seeds.get(number).digest());
      assertThat(image.files().read(TreePath.of("/data"), 1 << 24)).isEqualTo(data(number));
      assertThat(image.files().read(TreePath.of("/base"), 1 << 24)).hasSize(500_000);
    }
  }

  private String image(String name) {
    return "docker://" + registry.authority() + "/" + name;
  }

  private static void delete(Path layout) throws IOException {
    try (Stream<Path> files = Files.walk(layout)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  private static List<Path> temporary(Path layout) throws IOException {
    try (Stream<Path> files = Files.list(layout.resolve(".imbrex/tmp"))) {
      return files.toList();
    }
  }

  private static long threads(int port) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("imbrex-registry-" + port))
        .count();
  }

  private static long handles() throws IOException {
    try (Stream<Path> handles = Files.list(Path.of("/proc/self/fd"))) {
      return handles.count();
    }
  }

  private static void await(Callable<Boolean> condition) throws Exception {
    for (int i = 0; i < 900 && !condition.call(); i++) {
      Thread.sleep(100);
    }
  }

  @SuppressWarnings("SystemOut") // what it is run for
  private static void report(long seconds, Map<String, Integer> rounds) {
    System.out.println("rounds in " + seconds + " s: " + rounds);
  }
}
