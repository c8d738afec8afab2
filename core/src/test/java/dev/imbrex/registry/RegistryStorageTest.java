package dev.imbrex.registry;

import dev.imbrex.image.Storage;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.reference.RegistryEndpoints;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.testing.StorageContract;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** A repository of our own registry is a storage as others are. */
class RegistryStorageTest extends StorageContract {
  private static final String REPOSITORY = "registry.test/team/app";

  @SuppressWarnings("NullAway.Init") // the contract opens it first
  private RegistryServer server;

  @SuppressWarnings("NullAway.Init")
  private RegistryClient client;

  @Override
  protected Storage open() throws IOException {
    server = RegistryServer.start(new MemoryStorage());
    client =
        RegistryClient.create(
            Clients.options()
                .withEndpoints(RegistryEndpoints.none().with("registry.test", server.authority())));
    return client.repository(REPOSITORY);
  }

  @AfterEach
  void stop() throws IOException {
    client.close();
    server.close();
  }

  @Override
  protected Optional<Storage> reopen() {
    return Optional.of(client.repository(REPOSITORY));
  }

  @Override
  protected String name(String reference) {
    return REPOSITORY + ":" + reference.replaceAll("[^A-Za-z0-9]", "-");
  }

  @Override
  protected Descriptor putTarget(String text) throws IOException {
    IndexManifest index = IndexManifest.of(List.of()).withAnnotation("text", text);
    storage.put(index.descriptor(), new ByteArrayInputStream(index.bytes()));
    return index.descriptor();
  }
}
