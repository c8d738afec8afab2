package dev.imbrex.store;

import dev.imbrex.image.Image;
import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Lease;
import dev.imbrex.layers.compress.DecompressingInputStream;
import dev.imbrex.layers.compress.DecompressionLimits;
import dev.imbrex.layers.layer.TarEntry;
import dev.imbrex.layers.layer.TarReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Reads what {@code docker save} writes: a tar with a {@code manifest.json} (SN-S13 to SN-S15),
 * plain or compressed. It holds one image; an archive of several is refused.
 *
 * <p>The config keeps its bytes, so the image keeps its id; layers are compressed as the store
 * prefers.
 */
public final class DockerArchive {
  static final String MANIFEST = "manifest.json";

  private DockerArchive() {}

  /**
   * Tells whether a file is a Docker archive: a tar that has a {@code manifest.json}.
   *
   * @throws dev.imbrex.manifest.error.MalformedContentException if it is no tar at all
   */
  public static boolean isArchive(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file);
        DecompressingInputStream plain =
            DecompressingInputStream.openAny(in, DecompressionLimits.defaults())) {
      TarReader tar = TarReader.of(plain);
      for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
        if (entry.path().toString().equals("/" + MANIFEST)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * Brings the image of an archive into a store, under no name.
   *
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if the archive is older than
   *     Docker 1.10, and has no {@code manifest.json}
   * @throws dev.imbrex.manifest.error.AmbiguousNameException if it holds several images
   * @throws dev.imbrex.manifest.error.DigestMismatchException if a layer is not the one its config
   *     names
   * @throws dev.imbrex.manifest.error.MalformedContentException if it is broken in another way
   */
  @SuppressWarnings("try") // The lease is held, not used.
  public static Image load(Path file, ImageStore store) throws IOException {
    try (Lease lease = store.storage().lease();
        InputStream in = Files.newInputStream(file);
        DecompressingInputStream plain =
            DecompressingInputStream.openAny(in, DecompressionLimits.defaults())) {
      DockerArchiveReader reader = new DockerArchiveReader(file.toString(), store);
      reader.read(TarReader.of(plain));
      return reader.image();
    }
  }
}
