package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Builds from a Dockerfile in processes with settings of their own, some of which die. */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class DockerfileProcessesIT {
  private static final int KILLS = 10;

  @TempDir Path directory;

  /** With SOURCE_DATE_EPOCH, equal input gives equal bytes (SN-B31). */
  @Test
  void machineSettingsHaveNoSay() throws Exception {
    Path one = context("one", 1);
    Path two = context("two", 2);
    String digest = finish(start(one, "a", Map.of()));
    assertThat(digest).startsWith("sha256:");
    assertThat(finish(start(one, "a", Map.of()))).isEqualTo(digest);
    assertThat(finish(start(two, "b", Map.of("LC_ALL", "C"), "-Duser.language=tr")))
        .isEqualTo(digest);
    Map<String, String> time = Map.of("TZ", "Asia/Kathmandu");
    assertThat(finish(start(two, "c", time, "-Duser.timezone=Pacific/Apia"))).isEqualTo(digest);
    assertThat(finish(start(one, "d", Map.of(), "-XX:ActiveProcessorCount=1"))).isEqualTo(digest);
  }

  @Test
  void aKilledBuildLeavesAStoreThatOpensAndGoesOn() throws Exception {
    Path context = context("killed", 3);
    String digest = finish(start(context, "whole", Map.of()));
    long seed = Long.getLong("imbrex.seed", System.nanoTime());
    Random random = new Random(seed);
    int most = 0;
    for (int i = 0; i < KILLS; i++) {
      Process process = start(context, "killed", Map.of());
      process.waitFor(300 + random.nextInt(900), TimeUnit.MILLISECONDS);
      process.destroyForcibly().waitFor();
      int images = verified(directory.resolve("killed-layout"));
      assertThat(images).as("-Dimbrex.seed=" + seed).isGreaterThanOrEqualTo(most);
      most = images;
    }
    assertThat(finish(start(context, "killed", Map.of()))).isEqualTo(digest);
    assertThat(verified(directory.resolve("killed-layout"))).isGreaterThan(30);
  }

  private static int verified(Path layout) throws IOException {
    if (!Files.exists(layout.resolve("oci-layout"))) {
      return 0;
    }
    try (ImageStore store = ImageStore.on(LayoutStorage.open(layout))) {
      List<Image> images = store.images();
      for (Image image : images) {
        image.verify();
      }
      return images.size();
    }
  }

  private Path context(String name, long order) throws IOException {
    List<String> files = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      files.add("d" + i + "/file-" + i + (i % 3 == 0 ? "-\u00e4\u65e5" : ""));
      files.add("d" + i + "/I");
    }
    Collections.shuffle(files, new Random(order));
    Path root = Files.createDirectory(directory.resolve(name));
    for (String file : files) {
      Path path = root.resolve(file);
      Files.createDirectories(path.getParent());
      Files.writeString(path, file.repeat(500));
    }
    List<String> lines = new ArrayList<>(List.of("FROM scratch AS first", "COPY . /all/"));
    lines.add("FROM scratch");
    lines.add("COPY --from=first /all/d1 /one");
    for (int i = 0; i < 30; i++) {
      lines.add("COPY d" + i + " /app/");
    }
    lines.add("LABEL TITLE=\u0130 a=b");
    Files.write(root.resolve("Dockerfile"), lines);
    Files.writeString(root.resolve(".dockerignore"), "Dockerfile\n.dockerignore\n");
    try (var all = Files.walk(root)) {
      for (Path file : all.toList()) {
        Files.setLastModifiedTime(file, FileTime.fromMillis(1_650_000_000_123L));
      }
    }
    return root;
  }

  private Process start(
      Path context, String layout, Map<String, String> environment, String... settings)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(settings));
    command.add("-cp");
    command.add(System.getProperty("java.class.path"));
    command.add(DockerfileWorker.class.getName());
    command.add(context.toString());
    command.add(directory.resolve(layout + "-layout").toString());
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static String finish(Process process) throws Exception {
    String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertThat(process.waitFor()).isZero();
    return output;
  }
}
