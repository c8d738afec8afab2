package dev.imbrex.store;

import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * What {@code docker save} writes and {@code docker load} reads: a tar with a {@code manifest.json}
 * (SN-S13 to SN-S21).
 *
 * <pre>{@code
 * DockerArchive.save(Path.of("app.tar"), store, "app:1.0", "app:latest");
 * try (ImageStore archive = ImageStore.on(DockerArchive.open(Path.of("saved.tar")))) {
 *   Image image = store.add(archive.require("debian:bookworm"));
 * }
 * }</pre>
 *
 * <p>Archives of Docker 25 and later are OCI layouts as well, with manifests; so are those written
 * here. Older ones have none: their images get manifests made for them, over the config and the
 * layers as they are in the archive. In both an image keeps its id, the digest of its config.
 *
 * <p>Equal images and names give equal bytes.
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
    return TarFile.has(file, MANIFEST, ArchiveOptions.defaults());
  }

  /** Opens an archive for reading, as {@link #open(Path, ArchiveOptions)}. */
  public static Storage open(Path file) throws IOException {
    return open(file, ArchiveOptions.defaults());
  }

  /**
   * Opens an archive for reading, of any number of images. Its headers are read; content is read
   * from where it stands when somebody asks for it. Layers that are compressed one by one, without
   * a manifest that tells their digests, are read once. An archive that is compressed as a whole is
   * kept in plain form in a temporary file until the storage is closed. The caller closes the
   * storage.
   *
   * <p>Where the archive names the parent of an image, and that is true, {@link ImageStore#parent}
   * tells it.
   *
   * @param file the archive, which must not change while it is open
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if it is older than Docker 1.10,
   *     and has no {@code manifest.json}
   * @throws dev.imbrex.manifest.error.DigestMismatchException if a compressed layer is not the one
   *     its config names; a plain one fails when it is read
   * @throws dev.imbrex.manifest.error.MalformedContentException if it is broken in another way
   * @throws dev.imbrex.manifest.error.LimitExceededException if it exceeds a limit
   */
  public static Storage open(Path file, ArchiveOptions options) throws IOException {
    return open(TarFile.open(file, options), options);
  }

  /**
   * Reads an archive from a stream, as {@link #open(Path, ArchiveOptions)}. It is kept in plain
   * form in a temporary file until the storage is closed.
   *
   * @param in the archive, plain or compressed; read to its end, left open
   * @param name what it is called in messages
   */
  public static Storage read(InputStream in, String name, ArchiveOptions options)
      throws IOException {
    return open(TarFile.read(in, name, options), options);
  }

  /** Opens one whose headers are read; it is closed with the storage, or at once on failure. */
  static Storage open(TarFile archive, ArchiveOptions options) throws IOException {
    try {
      if (ArchivedLayout.isIn(archive)) {
        ArchivedLayout layout = new ArchivedLayout(archive);
        if (layout.isComplete()) {
          return layout.open();
        }
      }
      return new ArchivedDockerImages(archive, options).open();
    } catch (IOException | RuntimeException e) {
      archive.close();
      throw e;
    }
  }

  /**
   * Saves images of a store by their names, as {@link #save(Path, ArchiveContents, SaveOptions)}.
   *
   * @param names what to save, as {@link ArchiveContents#of(ImageStore, String...)} takes it
   */
  public static void save(Path file, ImageStore store, String... names) throws IOException {
    save(file, ArchiveContents.of(store, names), SaveOptions.defaults());
  }

  /**
   * Saves images to a file. It appears when it is complete, in place of one that was there; a
   * failure leaves nothing.
   *
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if something is no image; an
   *     index stands for its image if it has but one
   * @throws dev.imbrex.manifest.error.ContentNotFoundException if a layer is missing
   */
  public static void save(Path file, ArchiveContents contents, SaveOptions options)
      throws IOException {
    NewFile.write(file, options.sync(), out -> write(out, contents, options));
  }

  /**
   * Writes images to a stream, in one pass; memory does not depend on their size. Layers that are
   * written {@linkplain SaveOptions.Form#PLAIN uncompressed} are read twice, unless their size is
   * known.
   *
   * @param out where the tar goes; flushed, never closed
   */
  public static void write(OutputStream out, ArchiveContents contents, SaveOptions options)
      throws IOException {
    ArchiveTar tar = new ArchiveTar();
    new DockerArchiveForm(contents, options.form()).addTo(tar);
    tar.write(out, options.progress());
  }

  /**
   * Begins an archive that is filled as a storage is, for tools that build in it; {@link
   * #save(Path, ArchiveContents, SaveOptions)} is shorter for images that are there. Content is
   * kept in a directory beside the file until {@link ArchiveWriter#commit}.
   */
  public static ArchiveWriter create(Path file, SaveOptions options) throws IOException {
    return ArchiveWriter.create(file, contents -> save(file, contents, options));
  }
}
