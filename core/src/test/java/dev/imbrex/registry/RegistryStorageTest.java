package dev.imbrex.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Storage;
import dev.imbrex.image.Tag;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.error.UnsupportedContentException;
import dev.imbrex.manifest.reference.RegistryEndpoints;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.server.RegistryServer;
import dev.imbrex.store.MemoryStorage;
import dev.imbrex.testing.StorageContract;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

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

  @Test
  void namesATagAloneAsItFindsIt() throws IOException {
    try (ImageStore store = ImageStore.on(client.repository(REPOSITORY))) {
      Image image =
          ImageBuilder.scratch(store, Platform.of("linux", "amd64")).env("A", "1").build();
      store.tag("1.0", image);
      store.tag(REPOSITORY + ":2.0", image);
      store.tag(TagUpdate.set("3.0", image.descriptor()).ifAbsent());
      assertThat(store.tags())
          .extracting(Tag::name)
          .containsExactly(REPOSITORY + ":1.0", REPOSITORY + ":2.0", REPOSITORY + ":3.0");
      assertThat(store.require("1.0")).isEqualTo(image);
      assertThatThrownBy(() -> store.tag("elsewhere.test/app:1.0", image))
          .isInstanceOf(UnsupportedContentException.class)
          .hasMessageContaining(REPOSITORY + ":TAG");
    }
  }
}
