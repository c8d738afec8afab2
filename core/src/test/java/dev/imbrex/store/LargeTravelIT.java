package dev.imbrex.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.peers.LargeImage;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Takes a layer of {@code -Dimbrex.travel=MEBIBYTES} from a layout to an archive, and from there to
 * another layout, in a process with a heap of 64 MiB. It needs three times as much of the disk.
 */
@EnabledIfSystemProperty(named = "imbrex.travel", matches = "[0-9]+")
class LargeTravelIT {
  private static final String NAME = "docker.io/library/app:1";

  @TempDir Path directory;

  @Test
  void aLargeLayerPassesASmallHeap() throws Exception {
    Path layout = directory.resolve("layout");
    Descriptor image =
        LargeImage.create(layout, MediaType.OCI_LAYER, Long.getLong("imbrex.travel") << 20, NAME);
    Path archive = directory.resolve("app.tar");
    Path back = directory.resolve("back");
    run("save", layout, archive);
    run("load", archive, back);
    try (LayoutStorage from = LayoutStorage.open(layout);
        LayoutStorage to = LayoutStorage.open(back)) {
      assertThat(to.resolve(NAME).map(Descriptor::digest)).contains(image.digest());
      // What was taken in was digested on its way, so sizes and digests say all.
      assertThat(to.blobs())
          .extracting(blob -> blob.digest() + " " + blob.size())
          .containsExactlyInAnyOrderElementsOf(
              from.blobs().stream().map(blob -> blob.digest() + " " + blob.size()).toList());
    }
  }

  private static void run(String what, Path from, Path to) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-Dimbrex.pause=0",
                "-cp",
                System.getProperty("java.class.path"),
                TravelWorker.class.getName(),
                what,
                from.toString(),
                to.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    assertThat(process.waitFor()).isZero();
  }
}
