package dev.imbrex.peers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imbrex.build.ImageBuilder;
import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.platform.Platform;
import dev.imbrex.registry.RegistryClient;
import dev.imbrex.registry.RegistryOptions;
import dev.imbrex.store.MemoryStorage;
import java.io.IOException;
import java.util.Random;

/** An image that goes to a registry and comes back. */
final class Carried {
  private static final int LAYERS = 6;

  private Carried() {}

  /** Pushes an image of several layers, and pulls it into another store, where it is compared. */
  static void carry(RegistryOptions options, String host) throws IOException {
    String name = host + "/team/app";
    try (RegistryClient client = RegistryClient.create(options);
        ImageStore built = ImageStore.on(new MemoryStorage());
        ImageStore pulled = ImageStore.on(new MemoryStorage());
        ImageStore remote = ImageStore.on(client.repository(name))) {
      ImageBuilder builder = ImageBuilder.scratch(built, Platform.of("linux", "amd64"));
      for (int i = 0; i < LAYERS; i++) {
        String path = "/file-" + i;
        byte[] bytes = bytes(i);
        builder.layer(layer -> layer.file(path, Content.of(bytes), Metadata.forFile()));
      }
      Image image = builder.build();
      remote.tag(name + ":1", remote.add(image));
      Image back = pulled.add(remote.require("1"));
      assertThat(back.digest()).isEqualTo(image.digest());
      for (int i = 0; i < LAYERS; i++) {
        assertThat(back.files().read(TreePath.of("/file-" + i), 1 << 20)).isEqualTo(bytes(i));
      }
    }
  }

  /** Random, so that no two layers are alike and none shrinks. */
  private static byte[] bytes(int layer) {
    byte[] bytes = new byte[100_000 * (layer + 1)];
    new Random(layer).nextBytes(bytes);
    return bytes;
  }
}
