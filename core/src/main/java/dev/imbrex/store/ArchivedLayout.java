package dev.imbrex.store;

import dev.imbrex.image.internal.MemoryCatalog;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.DocumentLimits;
import dev.imbrex.manifest.document.Manifest;
import dev.imbrex.manifest.document.ParseContext;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** An OCI layout in a tar (SN-S22). */
final class ArchivedLayout {
  private static final int MAX_INDEX = 64 << 20;

  private final TarFile archive;

  ArchivedLayout(TarFile archive) {
    this.archive = archive;
  }

  /** Whether the tar has what makes it a layout. */
  static boolean isIn(TarFile archive) {
    return archive.has(LayoutMarker.NAME) && archive.has(LayoutIndex.NAME);
  }

  /**
   * The layout as a storage, which closes the archive.
   *
   * @throws ContentNotFoundException if the tar is no layout
   */
  ArchiveStorage open() throws IOException {
    if (!archive.has(LayoutMarker.NAME)) {
      throw new ContentNotFoundException(
          archive
              + " is no OCI archive: it has no file "
              + LayoutMarker.NAME
              + (archive.has(DockerArchive.MANIFEST) ? "; it is a Docker archive" : ""));
    }
    LayoutMarker.check(
        archive.read(LayoutMarker.NAME, LayoutMarker.MAX_BYTES),
        LayoutMarker.NAME + " in " + archive,
        archive.toString());
    return new ArchiveStorage(archive, this::find, index(), new MemoryCatalog());
  }

  /**
   * Whether every entry of the index can be read: the document, and for an image its config and
   * layers. Docker's own archives may hold a layout with holes (SN-S18).
   */
  boolean isComplete() throws IOException {
    for (Descriptor entry : index().document().manifests()) {
      if (!isHere(entry) || !isWhole(entry)) {
        return false;
      }
    }
    return true;
  }

  private boolean isWhole(Descriptor entry) throws IOException {
    if (!entry.mediaType().isManifest()) {
      return true;
    }
    try {
      List<Descriptor> below = parse(entry).references();
      // An index may be sparse, but not of nothing.
      return entry.mediaType().isIndex() ? below.isEmpty() || anyWhole(below) : areHere(below);
    } catch (ImageException e) {
      return false;
    }
  }

  private boolean anyWhole(List<Descriptor> entries) throws IOException {
    for (Descriptor entry : entries) {
      if (isHere(entry) && entry.mediaType().isImageManifest() && isWhole(entry)) {
        return true;
      }
    }
    return false;
  }

  private boolean areHere(List<Descriptor> contents) throws IOException {
    for (Descriptor content : contents) {
      if (!content.mediaType().isNondistributable() && !isHere(content)) {
        return false;
      }
    }
    return true;
  }

  private boolean isHere(Descriptor content) throws IOException {
    return find(content.digest()).filter(found -> found.size() == content.size()).isPresent();
  }

  private Manifest parse(Descriptor descriptor) throws IOException {
    ArchivedContent content =
        find(descriptor.digest())
            .orElseThrow(() -> new ContentNotFoundException("No blob " + descriptor.digest()));
    if (content.size() > DocumentLimits.DEFAULT.manifestBytes()) {
      throw new ImageException("Too large for a manifest: " + descriptor);
    }
    try (InputStream in = content.open()) {
      return Manifest.parse(
          in.readAllBytes(),
          ParseContext.of(descriptor.digest() + " in " + archive).withDescriptor(descriptor));
    }
  }

  private LayoutIndex index() throws IOException {
    if (!archive.has(LayoutIndex.NAME)) {
      throw new ContentNotFoundException(
          archive + " is no OCI archive: it has no file " + LayoutIndex.NAME);
    }
    return LayoutIndex.parse(
        archive.read(LayoutIndex.NAME, MAX_INDEX), LayoutIndex.NAME + " in " + archive);
  }

  private Optional<ArchivedContent> find(Digest digest) throws IOException {
    // No name in a tar can be longer; such a digest is of an algorithm nobody knows.
    if (digest.encoded().length() > TreePath.MAX_NAME
        || digest.algorithm().length() > TreePath.MAX_NAME) {
      return Optional.empty();
    }
    return archive.find("blobs/" + digest.algorithm() + "/" + digest.encoded());
  }
}
