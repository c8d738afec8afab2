package dev.imbrex.peers;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.ImageManifest;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.store.LayoutStorage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;

/** An image with one large layer, of which only the first bytes look like an archive. */
public final class LargeImage {
  private LargeImage() {}

  /**
   * Makes a layout with it.
   *
   * @param type of the layer: one that is compressed begins as gzip does, so that no one compresses
   *     it again
   * @param size of the layer, a whole number of mebibytes
   * @param names what it is tagged with
   */
  public static Descriptor create(Path layout, MediaType type, long size, String... names)
      throws IOException {
    try (LayoutStorage storage = LayoutStorage.create(layout)) {
      byte[] bytes = new byte[1 << 20];
      Random random = new Random(1);
      Digest layer;
      try (BlobWriter writer = storage.write(DigestAlgorithm.SHA256)) {
        for (long at = 0; at < size; at += bytes.length) {
          random.nextBytes(bytes);
          if (type.equals(MediaType.OCI_LAYER_GZIP)) {
            bytes[0] = 0x1f;
            bytes[1] = (byte) 0x8b;
            bytes[2] = 8;
          }
          writer.write(bytes);
        }
        layer = writer.commit();
      }
      byte[] config =
          ("{\"architecture\":\"amd64\",\"os\":\"linux\",\"rootfs\":{\"type\":\"layers\","
                  + "\"diff_ids\":[\""
                  + layer
                  + "\"]}}")
              .getBytes(UTF_8);
      Descriptor described = Descriptor.of(MediaType.OCI_IMAGE_CONFIG, config);
      storage.put(described, new ByteArrayInputStream(config));
      ImageManifest manifest =
          ImageManifest.of(described, List.of(Descriptor.of(type, layer, size)));
      storage.put(manifest.descriptor(), new ByteArrayInputStream(manifest.bytes()));
      for (String name : names) {
        storage.tag(List.of(TagUpdate.set(name, manifest.descriptor())));
      }
      return manifest.descriptor();
    }
  }
}
