package dev.imbrex.registry;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.store.LayoutStorage;
import java.io.IOException;
import java.nio.file.Path;

/** Pushes or pulls one image in a process of its own. */
final class RegistryWorker {
  private RegistryWorker() {}

  /**
   * Runs.
   *
   * @param args {@code push} or {@code pull}, the layout directory, and the name of the repository,
   *     whose tag {@code 1} is the image
   */
  public static void main(String[] args) throws IOException {
    try (RegistryClient client = RegistryClient.create();
        ImageStore store = ImageStore.on(LayoutStorage.openOrCreate(Path.of(args[1])));
        ImageStore registry = ImageStore.on(client.repository(args[2]))) {
      switch (args[0]) {
        case "push" -> {
          Image pushed = registry.add(store.require("app"));
          registry.tag(args[2] + ":1", pushed);
        }
        case "pull" -> store.tag("app", store.add(registry.require("1")));
        default -> throw new IllegalArgumentException(args[0]);
      }
    }
  }
}
