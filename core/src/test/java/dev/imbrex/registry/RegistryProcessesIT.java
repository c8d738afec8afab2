package dev.imbrex.registry;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.FakeRegistry.Request;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that die in the middle: the next one finishes, and moves only what is missing. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class RegistryProcessesIT {
  @TempDir Path directory;

  private final KeepingRegistry keeping = new KeepingRegistry();

  /** An image of eight layers, tagged {@code app}. */
  private static Digest build(Path layout) throws IOException {
    try (ImageStore store = ImageStore.on(LayoutStorage.openOrCreate(layout))) {
      ImageBuilder builder = ImageBuilder.scratch(store, Platform.of("linux", "amd64"));
      for (int i = 0; i < 8; i++) {
        byte[] bytes = new byte[300_000];
        new Random(i).nextBytes(bytes);
        String name = "/file" + i;
        builder.layer(layer -> layer.file(name, new String(bytes, ISO_8859_1)));
      }
      Image image = builder.build();
      store.tag("app", image);
      return image.digest();
    }
  }

  @Test
  void finishAPushThatWasKilled() throws Exception {
    Path layout = directory.resolve("layout");
    Digest image = build(layout);
    try (FakeRegistry registry = FakeRegistry.start(keeping)) {
      String name = registry.host() + "/app";
      keeping.setPause(400);
      Process killed = start("push", layout, name);
      await(() -> uploaded(registry.requests()).size() >= 3);
      killed.destroyForcibly().waitFor();
      keeping.setPause(0);
      Thread.sleep(500);
      Set<String> there = keeping.digests();
      int before = registry.requests().size();
      assertThat(exists(registry.requests(), image)).isFalse();
      assertThat(start("push", layout, name).waitFor()).isZero();
      List<Request> second = registry.requests().subList(before, registry.requests().size());
      // What was there when the second one began is asked for, and not sent again.
      assertThat(uploaded(second)).isNotEmpty().doesNotContainAnyElementsOf(there);
      assertThat(there).isNotEmpty();
      assertThat(exists(second, image)).isTrue();
      Path again = directory.resolve("again");
      assertThat(start("pull", again, name).waitFor()).isZero();
      try (ImageStore store = ImageStore.on(LayoutStorage.open(again))) {
        assertThat(store.require("app").digest()).isEqualTo(image);
        assertThat(store.require("app").files().find(TreePath.of("/file7"))).isPresent();
      }
    }
  }

  @Test
  void finishAPullThatWasKilled() throws Exception {
    Path layout = directory.resolve("layout");
    Digest image = build(layout);
    try (FakeRegistry registry = FakeRegistry.start(keeping)) {
      String name = registry.host() + "/app";
      assertThat(start("push", layout, name).waitFor()).isZero();
      int pushed = registry.requests().size();
      keeping.setPause(400);
      Path target = directory.resolve("target");
      Process killed = start("pull", target, name);
      await(() -> got(from(registry, pushed)).size() >= 7);
      killed.destroyForcibly().waitFor();
      keeping.setPause(0);
      Set<Digest> there;
      try (LayoutStorage storage = LayoutStorage.openOrCreate(target)) {
        assertThat(storage.resolve("docker.io/library/app:latest")).isEmpty();
        there = storage.blobs().stream().map(b -> b.digest()).collect(Collectors.toSet());
      }
      int before = registry.requests().size();
      assertThat(start("pull", target, name).waitFor()).isZero();
      // To know what image it is, its config is read each time.
      String config = storedConfig(layout).toString();
      assertThat(got(from(registry, before)))
          .filteredOn(digest -> !digest.equals(config))
          .isNotEmpty()
          .doesNotContainAnyElementsOf(there.stream().map(Digest::toString).toList());
      assertThat(there).isNotEmpty();
      try (ImageStore store = ImageStore.on(LayoutStorage.open(target))) {
        assertThat(store.require("app").digest()).isEqualTo(image);
        assertThat(store.require("app").files().find(TreePath.of("/file7"))).isPresent();
      }
    }
  }

  private static Digest storedConfig(Path layout) throws IOException {
    try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
      return store.require("app").id();
    }
  }

  private static List<Request> from(FakeRegistry registry, int first) {
    return new ArrayList<>(registry.requests()).subList(first, registry.requests().size());
  }

  /** The blobs whose upload was begun in these requests. */
  private static Set<String> uploaded(List<Request> requests) {
    return requests.stream()
        .filter(r -> r.method().equals("PUT") && r.path().startsWith("/upload"))
        .map(r -> r.query().replaceFirst(".*digest=sha256%3A", "sha256:"))
        .collect(Collectors.toSet());
  }

  private static Set<String> got(List<Request> requests) {
    return requests.stream()
        .filter(r -> r.method().equals("GET") && r.path().contains("/blobs/"))
        .map(r -> r.path().substring(r.path().lastIndexOf('/') + 1))
        .collect(Collectors.toSet());
  }

  private static boolean exists(List<Request> requests, Digest image) {
    return requests.stream()
        .anyMatch(r -> r.method().equals("PUT") && r.path().endsWith("/manifests/" + image));
  }

  /** What has to come true. */
  @FunctionalInterface
  private interface Condition {
    boolean holds();
  }

  private static void await(Condition condition) throws InterruptedException {
    for (int i = 0; i < 1200 && !condition.holds(); i++) {
      Thread.sleep(50);
    }
    assertThat(condition.holds()).isTrue();
  }

  private static Process start(String what, Path layout, String repository) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            RegistryWorker.class.getName(),
            what,
            layout.toString(),
            repository)
        .inheritIO()
        .start();
  }
}
