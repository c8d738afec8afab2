package dev.imbrex.peers;

import dev.imbrex.image.Storage;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.RegistryOptions;
import dev.imbrex.registry.RetryOptions;
import dev.imbrex.testing.StorageContract;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A repository of Docker's registry is a storage as others are. */
class DockerRegistryStorageIT extends StorageContract {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  @TempDir static Path directory;
  private static DockerRegistry registry;
  private static RegistryClient client;

  private final String repository = registry.host() + "/contract/r" + NUMBER.incrementAndGet();

  @BeforeAll
  static void start() throws Exception {
    registry = DockerRegistry.start(directory);
    client = RegistryClient.create(RegistryOptions.defaults().withRetries(RetryOptions.NONE));
  }

  @AfterAll
  static void stop() throws IOException {
    if (client != null) {
      client.close();
      registry.close();
    }
  }

  @Override
  protected Storage open() {
    return client.repository(repository);
  }

  @Override
  protected Optional<Storage> reopen() {
    return Optional.of(client.repository(repository));
  }

  @Override
  protected String name(String reference) {
    return repository + ":" + reference.replaceAll("[^A-Za-z0-9]", "-");
  }

  /** Version 2.8.2 deletes manifests only. */
  @Override
  protected boolean deletesNames() {
    return false;
  }

  @Override
  protected Descriptor putTarget(String text) throws IOException {
    IndexManifest index = IndexManifest.of(List.of()).withAnnotation("text", text);
    storage.put(index.descriptor(), new ByteArrayInputStream(index.bytes()));
    return index.descriptor();
  }
}
