package dev.imbrex.store;

import static dev.imbrex.testing.Fixtures.file;
import static dev.imbrex.testing.Fixtures.image;
import static dev.imbrex.testing.Fixtures.layer;

import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Storage;
import dev.imbrex.testing.StorageContract;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** An archive can be read alone: the contract asks how it refuses the rest. */
class ArchiveContractTest extends StorageContract {
  @TempDir private Path directory;

  @Override
  protected Storage open() throws IOException {
    Path archive = directory.resolve("app.tar");
    try (ImageStore store = ImageStore.on(new MemoryStorage())) {
      image(layer(file("/a", "x"))).in(store, "app:1");
      DockerArchive.save(archive, store, "app:1");
    }
    return DockerArchive.open(archive);
  }
}
