package dev.imbrex.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.StorageEntry;
import dev.imbrex.image.Tag;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One layout, several processes, threads and class loaders; some of them die (SN-S4, SN-S5). */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class LayoutProcessesIT {
  @TempDir Path directory;

  @Test
  void twoProcessesLoseNoTag() throws Exception {
    Path layout = directory.resolve("layout");
    Process one = start("tag", layout, "one");
    Process two = start("tag", layout, "two");
    assertThat(one.waitFor()).isZero();
    assertThat(two.waitFor()).isZero();
    try (LayoutStorage storage = LayoutStorage.open(layout)) {
      assertThat(storage.entries()).hasSize(400);
      assertThat(storage.entries()).extracting(StorageEntry::name).doesNotHaveDuplicates();
    }
  }

  @Test
  void eightThreadsLoseNoTag() throws Exception {
    Path layout = directory.resolve("layout");
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    // Half of them share a storage, the others have one each.
    try (LayoutStorage shared = LayoutStorage.openOrCreate(layout)) {
      for (int i = 0; i < 8; i++) {
        int number = i;
        Thread thread =
            new Thread(
                () -> {
                  try (LayoutStorage own = LayoutStorage.openOrCreate(layout)) {
                    LayoutWorker.addTags(number % 2 == 0 ? shared : own, "thread" + number, 50);
                  } catch (IOException | RuntimeException e) {
                    synchronized (failures) {
                      failures.add(e);
                    }
                  }
                });
        threads.add(thread);
        thread.start();
      }
      for (Thread thread : threads) {
        thread.join();
      }
      assertThat(failures).isEmpty();
      assertThat(shared.entries()).hasSize(400);
    }
  }

  @Test
  void twoClassLoadersLoseNoTag() throws Exception {
    Path layout = directory.resolve("layout");
    LayoutStorage.openOrCreate(layout).close();
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    List<URLClassLoader> loaders = new ArrayList<>();
    for (String prefix : new String[] {"left", "right"}) {
      URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader());
      loaders.add(loader);
      Class<?> worker = Class.forName(LayoutWorker.class.getName(), true, loader);
      assertThat(worker).isNotSameAs(LayoutWorker.class);
      Method main = worker.getMethod("main", String[].class);
      main.setAccessible(true);
      Thread thread =
          new Thread(
              () -> {
                try {
                  main.invoke(null, (Object) new String[] {"tag", layout.toString(), prefix});
                } catch (ReflectiveOperationException e) {
                  synchronized (failures) {
                    failures.add(e);
                  }
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    for (URLClassLoader loader : loaders) {
      loader.close();
    }
    assertThat(failures).isEmpty();
    try (LayoutStorage storage = LayoutStorage.open(layout)) {
      assertThat(storage.entries()).hasSize(400);
    }
  }

  @Test
  void survivesDeathAtAHundredRandomMoments() throws Exception {
    long seed = Long.getLong("imbrex.seed", System.nanoTime());
    Random random = new Random(seed);
    Path layout = directory.resolve("layout");
    for (int round = 0; round < 100; round++) {
      Process worker = start("churn", layout, Long.toString(seed + round));
      Thread.sleep(random.nextInt(250));
      worker.destroyForcibly().waitFor();
      try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
        for (Tag tag : store.tags()) {
          Image image = store.require(tag.name());
          image.verify();
          assertThat(store.ancestors(image)).doesNotContain(image);
        }
        if (round % 10 == 9) {
          store.collect(Duration.ZERO);
          assertThat(leftovers(layout)).describedAs("seed %s, round %s", seed, round).isEmpty();
          assertThat(store.collect(Duration.ZERO).garbage()).isEmpty();
          for (Tag tag : store.tags()) {
            store.require(tag.name()).verify();
          }
        }
      } catch (IOException e) {
        throw new AssertionError("After death in round " + round + " of seed " + seed, e);
      }
    }
  }

  private static List<Path> leftovers(Path layout) throws IOException {
    List<Path> left = new ArrayList<>();
    for (String place : new String[] {"tmp", "trash", "leases"}) {
      left.addAll(LayoutFiles.list(layout.resolve(".imbrex").resolve(place)));
    }
    return left;
  }

  /** Starts a worker and waits until it works. */
  private static Process start(String what, Path layout, String argument) throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                LayoutWorker.class.getName(),
                what,
                layout.toString(),
                argument)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    assertThat(out.readLine()).isEqualTo("ready");
    return process;
  }

  private static URL[] classPath() throws IOException {
    List<URL> urls = new ArrayList<>();
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String element : path.split(File.pathSeparator, -1)) {
      if (Files.exists(Path.of(element))) {
        urls.add(Path.of(element).toUri().toURL());
      }
    }
    return urls.toArray(URL[]::new);
  }
}
