package dev.imbrex.build;

import dev.imbrex.dockerfile.Dockerfile;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** Builds from a Dockerfile in a process of its own, and prints the digest. */
final class DockerfileWorker {
  private DockerfileWorker() {}

  /** Takes the context and the layout to build in. */
  @SuppressWarnings("SystemOut") // The parent process reads it.
  public static void main(String[] args) throws IOException {
    BuildContext context = BuildContext.directory(Path.of(args[0]));
    try (ImageStore store = ImageStore.on(LayoutStorage.openOrCreate(Path.of(args[1])))) {
      Dockerfile dockerfile = context.dockerfile("Dockerfile");
      Image image =
          DockerfileBuild.in(store)
              .dockerfile(dockerfile)
              .context(context, context.ignorePatterns("Dockerfile"))
              .buildPlatform(Platform.of("linux", "amd64"))
              .sourceDateEpoch(Instant.ofEpochSecond(1_600_000_000))
              .build();
      System.out.println(image.digest());
    }
  }
}
