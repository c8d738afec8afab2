package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Moves an image of {@code -Dimbrex.move=MEBIBYTES} from a layout to a registry and back, in
 * processes of their own with a heap of 64 MiB, beside skopeo unless {@code -Dimbrex.alone=true},
 * and prints wall times and peaks of memory. The registry is ours, on a layout.
 */
@EnabledIfSystemProperty(named = "imbrex.move", matches = "[0-9]+")
class RegistryMoveIT {
  private static final String WORKER = "dev.imbrex.registry.RegistryWorker";

  @TempDir Path directory;

  @Test
  void movesALargeLayerThroughASmallHeap() throws Exception {
    Path layout = directory.resolve("layout");
    long size = Long.getLong("imbrex.move") << 20;
    Digest image =
        LargeImage.create(
                layout, MediaType.OCI_LAYER_GZIP, size, "docker.io/library/app:latest", "app")
            .digest();
    String skopeo = Program.find("skopeo").executable().toString();
    try (LayoutStorage kept = LayoutStorage.create(directory.resolve("kept"));
        RegistryServer server = RegistryServer.start(kept)) {
      String name = server.authority() + "/ours";
      String theirs = "docker://" + server.authority() + "/theirs:1";
      report("push, ours", java("push", layout, name));
      report("pull, ours", java("pull", directory.resolve("pulled"), name));
      try (LayoutStorage pulled = LayoutStorage.open(directory.resolve("pulled"))) {
        assertThat(pulled.resolve("docker.io/library/app:latest").orElseThrow().digest())
            .isEqualTo(image);
      }
      if (Boolean.getBoolean("imbrex.alone")) {
        return;
      }
      report(
          "push, skopeo",
          run(skopeo, "copy", "-q", "--dest-tls-verify=false", "oci:" + layout + ":app", theirs));
      report(
          "pull, skopeo",
          run(
              skopeo,
              "copy",
              "-q",
              "--src-tls-verify=false",
              theirs,
              "oci:" + directory.resolve("skopeo") + ":app"));
    }
  }

  /** What a run took. */
  private record Run(long millis, long peakMebibytes) {}

  private static Run java(String what, Path layout, String name) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx64m", "-cp", System.getProperty("java.class.path"), WORKER));
    command.addAll(List.of(what, layout.toString(), name));
    return run(command.toArray(new String[0]));
  }

  private static Run run(String... command) throws Exception {
    long start = System.nanoTime();
    Process process = new ProcessBuilder(command).inheritIO().start();
    Path status = Path.of("/proc/" + process.pid() + "/status");
    long peak = 0;
    while (process.isAlive()) {
      peak = Math.max(peak, peak(status));
      Thread.sleep(20);
    }
    assertThat(process.waitFor()).isZero();
    return new Run((System.nanoTime() - start) / 1_000_000, peak >> 10);
  }

  private static long peak(Path status) {
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst()
          .orElse(0);
    } catch (IOException e) {
      return 0;
    }
  }

  @SuppressWarnings("SystemOut") // what it is run for
  private static void report(String what, Run run) {
    System.out.println(what + ": " + run.millis() + " ms, peak " + run.peakMebibytes() + " MiB");
  }
}
