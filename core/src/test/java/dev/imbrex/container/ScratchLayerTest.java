package dev.imbrex.container;

import dev.imbrex.image.ImageStore;
import dev.imbrex.platform.Platform;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;

/** A container layer on nothing: all files are its own. */
class ScratchLayerTest extends FileSystemContract {
  private final ImageStore store = ImageStore.on(new MemoryStorage());
  private final ContainerLayer container =
      ContainerLayer.scratch(
          store, Platform.of("linux", "amd64"), ContainerOptions.defaults().withMemoryLimit(1000));

  @AfterEach
  void close() throws IOException {
    container.close();
    store.close();
  }

  @Override
  Path directory() throws IOException {
    Files.createDirectory(container.path("/etc"));
    Files.writeString(container.path("/etc/passwd"), "root:x:0:0:root:/root:/bin/sh\n");
    Files.writeString(container.path("/etc/group"), "root:x:0:\n");
    Path directory = Files.createDirectory(container.path("/root"));
    populate(directory);
    return directory;
  }
}
