package dev.imbrex.peers;

import dev.imbrex.build.BuildContext;
import dev.imbrex.build.DockerfileBuild;
import dev.imbrex.build.run.LocalRunner;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Path;

/** Builds with the runner that this machine has for a user without privilege, and says which. */
final class RootlessWorker {
  private RootlessWorker() {}

  /** Takes the context, the layout to build in, and a directory for the runner. */
  @SuppressWarnings("SystemOut") // The parent process reads it.
  public static void main(String[] args) throws IOException {
    BuildContext context = BuildContext.directory(Path.of(args[0]));
    try (ImageStore store = ImageStore.on(LayoutStorage.open(Path.of(args[1])));
        LocalRunner runner = LocalRunner.detect(Path.of(args[2]))) {
      Image image =
          DockerfileBuild.in(store)
              .dockerfile(context.dockerfile("Dockerfile"))
              .context(context)
              .run(runner)
              .build();
      store.tag("built:1", image);
      System.out.println(runner.isolation() + " " + image.digest());
    }
  }
}
