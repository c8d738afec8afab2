package dev.imbrex.store;

import dev.imbrex.image.Storage;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Images on a disk, in whatever form: what a program has whose user may name any of them.
 *
 * <pre>{@code
 * try (ImageStore images = ImageStore.on(StoredImages.open(Path.of("given")))) {
 *   Image image = images.requireOnly();
 * }
 * }</pre>
 */
public final class StoredImages {
  private StoredImages() {}

  /**
   * Opens an OCI layout, if it is a directory; else an archive, of Docker or OCI, plain or
   * compressed, as {@link DockerArchive#open(Path)} and {@link OciArchive#open(Path)} do. One that
   * is both is opened as Docker's, which takes what is there. The caller closes the storage.
   *
   * @throws dev.imbrex.manifest.error.ContentNotFoundException if a directory is no layout
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if it is of a version that is not
   *     read here
   * @throws MalformedContentException if it is no tar, an archive of neither kind, or broken
   * @throws dev.imbrex.manifest.error.LimitExceededException if it exceeds a limit
   * @throws IOException if it cannot be read
   */
  public static Storage open(Path place) throws IOException {
    return open(place, ArchiveOptions.defaults());
  }

  /**
   * Opens what there is, as {@link #open(Path)}.
   *
   * @param options how an archive is read
   */
  public static Storage open(Path place, ArchiveOptions options) throws IOException {
    if (Files.isDirectory(place)) {
      return LayoutStorage.open(place);
    }
    TarFile archive = TarFile.open(place, options);
    if (archive.has(DockerArchive.MANIFEST) || archive.has(DockerManifest.RETIRED)) {
      return DockerArchive.open(archive, options);
    }
    if (archive.has(LayoutMarker.NAME)) {
      return OciArchive.open(archive);
    }
    archive.close();
    throw new MalformedContentException(
        place.toString(),
        "",
        "it is neither a Docker archive nor an OCI archive: it has no "
            + DockerArchive.MANIFEST
            + " and no "
            + LayoutMarker.NAME);
  }
}
