package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
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
    Descriptor image = build(layout, Long.getLong("imbrex.travel") << 20);
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

  /** One layer of bytes that no one looks into. */
  private static Descriptor build(Path layout, long size) throws IOException {
    try (LayoutStorage storage = LayoutStorage.create(layout)) {
      byte[] bytes = new byte[1 << 20];
      Random random = new Random(1);
      Digest layer;
      try (BlobWriter writer = storage.write(DigestAlgorithm.SHA256)) {
        for (long at = 0; at < size; at += bytes.length) {
          random.nextBytes(bytes);
          writer.write(bytes);
        }
        layer = writer.commit();
      }
      byte[] config =
          ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
                  + "\"diff_ids\":[\""
                  + layer
                  + "\"]}}")
              .getBytes(UTF_8);
      Descriptor described = Descriptor.of(MediaType.OCI_IMAGE_CONFIG, config);
      storage.put(described, new ByteArrayInputStream(config));
      ImageManifest manifest =
          ImageManifest.of(described, List.of(Descriptor.of(MediaType.OCI_LAYER, layer, size)));
      storage.put(manifest.descriptor(), new ByteArrayInputStream(manifest.bytes()));
      storage.tag(List.of(TagUpdate.set(NAME, manifest.descriptor())));
      return manifest.descriptor();
    }
  }
}
