package dev.imbrex.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Lease;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.platform.Platform;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Works on a layout in a process of its own: the other process in tests about processes. */
final class LayoutWorker {
  private LayoutWorker() {}

  /**
   * Runs.
   *
   * @param args what to do, the layout directory, and a prefix of names or a seed
   */
  @SuppressWarnings("SystemOut") // The parent process waits for this line.
  public static void main(String[] args) throws IOException {
    Path directory = Path.of(args[1]);
    try (LayoutStorage storage = LayoutStorage.openOrCreate(directory)) {
      System.out.println("ready");
      switch (args[0]) {
        case "tag" -> addTags(storage, args[2], 200);
        case "churn" -> churn(storage, Long.parseLong(args[2]));
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
  }

  /** Adds names one by one. */
  static void addTags(LayoutStorage storage, String prefix, int count) throws IOException {
    byte[] bytes = ("content of " + prefix).getBytes(UTF_8);
    Descriptor target =
        Descriptor.of(MediaType.OCI_IMAGE_MANIFEST, Digest.sha256(bytes), bytes.length);
    storage.put(target, new ByteArrayInputStream(bytes));
    for (int i = 0; i < count; i++) {
      storage.tag(
          List.of(TagUpdate.set("docker.io/library/" + prefix + ":" + i, target).ifAbsent()));
    }
  }

  /** Builds, tags, untags, deletes and collects until it is killed. */
  @SuppressWarnings("try") // The lease is held, not used.
  private static void churn(LayoutStorage storage, long seed) throws IOException {
    Random random = new Random(seed);
    ImageStore store = ImageStore.on(storage);
    Platform platform = Platform.of("linux", "amd64");
    for (int round = 0; ; round++) {
      byte[] content = new byte[random.nextInt(200_000)];
      random.nextBytes(content);
      String name = "churn:" + random.nextInt(20);
      Image base = store.find("churn:base").orElse(null);
      ImageBuilder builder =
          base == null || random.nextInt(10) == 0
              ? ImageBuilder.scratch(store, platform)
              : ImageBuilder.from(base);
      try (Lease lease = storage.lease()) {
        Image image =
            builder
                .layer(layer -> layer.file("/data/" + random.nextInt(5), content))
                .env("ROUND", Integer.toString(round))
                .build();
        store.tag(name, image);
        if (base == null) {
          store.tag("churn:base", image);
        }
      }
      if (random.nextInt(4) == 0) {
        store.untag("churn:" + random.nextInt(20));
      }
      if (random.nextInt(8) == 0) {
        store.collect(Duration.ZERO);
      }
    }
  }
}
