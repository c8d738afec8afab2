package dev.imbrex.store;

import dev.imbrex.image.ImageStore;
import dev.imbrex.image.Storage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/**
 * An OCI layout in a tar, which skopeo and podman call an {@code oci-archive} (OCI image-spec 1.1,
 * "Image Layout"; SN-S22).
 *
 * <pre>{@code
 * OciArchive.save(Path.of("app.tar"), store, "app:1.0");
 * try (ImageStore archive = ImageStore.on(OciArchive.open(Path.of("app.tar")))) {
 *   Image app = archive.require("app:1.0");
 * }
 * }</pre>
 *
 * <p>Equal images and names give equal bytes.
 */
public final class OciArchive {
  private OciArchive() {}

  /** Opens an archive for reading, as {@link #open(Path, ArchiveOptions)}. */
  public static Storage open(Path file) throws IOException {
    return open(file, ArchiveOptions.defaults());
  }

  /**
   * Opens an archive for reading. Its headers are read; content is read from where it stands when
   * somebody asks for it. One that is compressed as a whole is kept in plain form in a temporary
   * file until the storage is closed. The caller closes the storage.
   *
   * @param file the archive, which must not change while it is open
   * @throws dev.imbrex.manifest.error.ContentNotFoundException if the tar is no layout
   * @throws dev.imbrex.manifest.error.UnsupportedContentException if it is a layout of a higher
   *     major version
   * @throws dev.imbrex.manifest.error.MalformedContentException if it is no tar, or its marker or
   *     index is broken
   * @throws dev.imbrex.manifest.error.LimitExceededException if it exceeds a limit
   */
  public static Storage open(Path file, ArchiveOptions options) throws IOException {
    return open(TarFile.open(file, options));
  }

  /** Opens one whose headers are read; it is closed with the storage, or at once on failure. */
  static Storage open(TarFile archive) throws IOException {
    try {
      return new ArchivedLayout(archive).open();
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
   * Saves images and indexes to a file. It appears when it is complete, in place of one that was
   * there; a failure leaves nothing.
   *
   * @throws dev.imbrex.manifest.error.ContentNotFoundException if content is missing that must not
   *     be
   */
  public static void save(Path file, ArchiveContents contents, SaveOptions options)
      throws IOException {
    NewFile.write(file, options.sync(), out -> write(out, contents, options));
  }

  /**
   * Writes images and indexes to a stream, in one pass; memory does not depend on their size.
   *
   * @param out where the tar goes; flushed, never closed
   */
  public static void write(OutputStream out, ArchiveContents contents, SaveOptions options)
      throws IOException {
    ArchiveTar tar = new ArchiveTar();
    tar.addLayout(contents);
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
