package dev.imbrex.benchmarks.recipes;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.HostOptions;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.RegistryOptions;
import dev.imbrex.store.DockerArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;

/**
 * Does each job with Imbrex and with jib-core, in turn, at a registry, and prints a table: lines of
 * code, time, and bytes allocated by all threads.
 *
 * <p>Arguments: host and port of a registry on the loopback that keeps what it is given, a
 * directory to work in, and the directory of the sources of this package. Bytes are those by which
 * the young generation grew, so that it wants to be large, its collector serial, and what each
 * thread takes of it at once small: {@code -XX:+UseSerialGC -XX:TLABSize=64k -XX:-ResizeTLAB -Xms6g
 * -Xmx7g -Xmn5g}.
 */
public final class Comparison {
  private static final int WARM_UPS = 3;
  private static final int ROUNDS = 5;
  private static final int FILES = 100;
  private static final int FILE_BYTES = 10_000;
  private static final int BASE_FILES = 20;
  private static final int BASE_FILE_BYTES = 500_000;

  private final String authority;
  private final Path directory;
  private final Random random = new Random(20_261_126);
  private final Allocation allocation = new Allocation();
  private int runs;

  /** What a display shows: it is made, as it would be for people. */
  private volatile String shown = "";

  private Comparison(String authority, Path directory) {
    this.authority = authority;
    this.directory = directory;
  }

  /** One job. */
  private interface Job {
    void run(Recipes recipes, Workplace place) throws Exception;
  }

  /** What was measured in one round. */
  private record Sample(long nanos, long bytes) {}

  private static Map<String, Job> jobs() {
    Map<String, Job> jobs = new LinkedHashMap<>();
    jobs.put("baseAndFiles", Recipes::baseAndFiles);
    jobs.put("fromScratch", Recipes::fromScratch);
    jobs.put("modesAndOwners", Recipes::modesAndOwners);
    jobs.put("saveDockerArchive", Recipes::saveDockerArchive);
    jobs.put("baseFromArchive", Recipes::baseFromArchive);
    jobs.put("copyToAnotherName", Recipes::copyToAnotherName);
    jobs.put("environment", Recipes::environment);
    jobs.put("layers", Recipes::layers);
    jobs.put("readFile", Recipes::readFile);
    jobs.put("progress", Recipes::progress);
    return jobs;
  }

  /** Runs. */
  @SuppressWarnings("SystemOut") // A program that prints figures.
  public static void main(String[] args) throws Exception {
    if (args.length != 3) {
      System.err.println("REGISTRY DIRECTORY SOURCES");
      System.exit(2);
    }
    Comparison comparison =
        new Comparison(args[0], Files.createDirectories(Path.of(args[1]).toAbsolutePath()));
    comparison.makeImages();
    comparison.checkAgreement();
    SourceLines ours = SourceLines.of(Path.of(args[2]).resolve("OurRecipes.java"));
    SourceLines jibs = SourceLines.of(Path.of(args[2]).resolve("JibRecipes.java"));
    System.out.println("| job | lines | jib | ms | jib | MB allocated | jib |");
    System.out.println("|---|---:|---:|---:|---:|---:|---:|");
    for (Map.Entry<String, Job> job : jobs().entrySet()) {
      List<Sample> mine = new ArrayList<>();
      List<Sample> others = new ArrayList<>();
      for (int i = 0; i < WARM_UPS + ROUNDS; i++) {
        Sample one = comparison.measure(job.getValue(), new OurRecipes());
        Sample two = comparison.measure(job.getValue(), new JibRecipes());
        if (i >= WARM_UPS) {
          mine.add(one);
          others.add(two);
        }
      }
      if (job.getKey().equals("progress") && comparison.shown.isEmpty()) {
        throw new IllegalStateException("Nothing was shown");
      }
      System.out.printf(
          Locale.ROOT,
          "| %s | %d | %d | %.0f | %.0f | %.1f | %.1f |%n",
          job.getKey(),
          ours.of(job.getKey()),
          jibs.of(job.getKey()),
          median(mine.stream().mapToLong(Sample::nanos).toArray()) / 1e6,
          median(others.stream().mapToLong(Sample::nanos).toArray()) / 1e6,
          median(mine.stream().mapToLong(Sample::bytes).toArray()) / 1e6,
          median(others.stream().mapToLong(Sample::bytes).toArray()) / 1e6);
    }
  }

  private Sample measure(Job job, Recipes recipes) throws Exception {
    Workplace place = workplace();
    allocation.begin();
    long start = System.nanoTime();
    job.run(recipes, place);
    long nanos = System.nanoTime() - start;
    return new Sample(nanos, allocation.end());
  }

  private static double median(long[] values) {
    long[] sorted = values.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /** Files that were never packed before: nobody finds them in a cache. */
  private Workplace workplace() throws IOException {
    int run = runs++;
    Path files = Files.createDirectories(directory.resolve("files-" + run).resolve("app"));
    Files.writeString(files.resolve("run.sh"), "#!/bin/sh\necho " + run + "\n");
    for (int i = 0; i < FILES; i++) {
      Files.write(files.resolve("file" + i), text(FILE_BYTES));
    }
    return new Workplace(
        authority,
        files,
        directory.resolve("base.tar"),
        directory.resolve("run" + run),
        directory.resolve("cache"),
        (what, percent) -> shown = percent + "% " + what);
  }

  /** Compresses about as classes and texts do. */
  private byte[] text(int size) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (random.nextInt(4) == 0 ? random.nextInt(256) : "import ".charAt(i % 7));
    }
    return bytes;
  }

  private void makeImages() throws IOException {
    RegistryOptions loopback =
        RegistryOptions.defaults().withAnyHost(HostOptions.DEFAULT.withInsecure(true));
    try (RegistryClient client = RegistryClient.create(loopback);
        ImageStore bases = ImageStore.on(client.repository(authority + "/base"));
        ImageStore apps = ImageStore.on(client.repository(authority + "/app"))) {
      Image base =
          ImageBuilder.scratch(bases, Platform.of("linux", "amd64"))
              .layer(
                  layer -> {
                    for (int i = 0; i < BASE_FILES; i++) {
                      layer.file("/lib/file" + i, text(BASE_FILE_BYTES));
                    }
                  })
              .layer(layer -> layer.file("/etc/motd", "Welcome\n"))
              .env("PATH", "/usr/bin:/bin")
              .build();
      bases.tag(authority + "/base:1", base);
      Path files = workplace().files();
      Image app =
          ImageBuilder.from(base)
              .in(apps)
              .layer(layer -> layer.copy(files, "/app"))
              .layer(layer -> layer.file("/etc/motd", "Hello\n"))
              .env("APP", "1")
              .build();
      apps.tag(authority + "/app:1", app);
      DockerArchive.save(directory.resolve("base.tar"), bases, authority + "/base:1");
    }
  }

  /** Both see the same. */
  private void checkAgreement() throws Exception {
    Workplace place = workplace();
    Recipes mine = new OurRecipes();
    Recipes others = new JibRecipes();
    if (!mine.environment(place).equals(others.environment(place))
        || !mine.layers(place).equals(others.layers(place))
        || !Arrays.equals(mine.readFile(place), others.readFile(place))) {
      throw new IllegalStateException(
          mine.environment(place)
              + " "
              + others.environment(place)
              + mine.layers(place)
              + others.layers(place));
    }
  }
}
