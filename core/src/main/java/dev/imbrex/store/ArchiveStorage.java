package dev.imbrex.store;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.ImageCatalog;
import dev.imbrex.image.Lease;
import dev.imbrex.image.Storage;
import dev.imbrex.image.StorageEntry;
import dev.imbrex.image.StoredBlob;
import dev.imbrex.image.TagResult;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.image.internal.MemoryCatalog;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.VerifiedInputStream;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The images of an archive, read from where they stand in it. Names are listed and found; nothing
 * can be changed. What becomes known of layers is kept until it is closed.
 */
final class ArchiveStorage implements Storage {
  /** Where the content of an archive is found. */
  interface Contents {
    Optional<ArchivedContent> find(Digest digest) throws IOException;
  }

  private final TarFile archive;
  private final Contents contents;
  private final LayoutIndex index;
  private final MemoryCatalog catalog;
  private volatile boolean closed;

  ArchiveStorage(TarFile archive, Contents contents, LayoutIndex index, MemoryCatalog catalog) {
    this.archive = archive;
    this.contents = contents;
    this.index = index;
    this.catalog = catalog;
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.of(Capability.LIST_NAMES);
  }

  @Override
  public boolean exists(Descriptor content) throws IOException {
    requireOpen();
    return contents.find(content.digest()).filter(c -> c.size() == content.size()).isPresent();
  }

  @Override
  public InputStream open(Descriptor content) throws IOException {
    InputStream in = openUnverified(content);
    try {
      return VerifiedInputStream.of(in, content.size(), content.digest(), what(content));
    } catch (UnsupportedContentException e) {
      in.close();
      throw e;
    }
  }

  @Override
  public InputStream openUnverified(Descriptor content) throws IOException {
    return require(content).open();
  }

  @Override
  public InputStream open(Descriptor content, long offset, long length) throws IOException {
    requireOpen();
    if (offset < 0 || length < 0 || offset > content.size()) {
      throw new IllegalArgumentException(
          length + " bytes from " + offset + " of " + content.size() + " bytes");
    }
    return require(content).open(offset, length);
  }

  @Override
  public void put(Descriptor descriptor, InputStream content) throws IOException {
    throw readOnly();
  }

  @Override
  public BlobWriter write(DigestAlgorithm algorithm) throws IOException {
    throw readOnly();
  }

  @Override
  public List<StoredBlob> blobs() throws IOException {
    throw readOnly();
  }

  @Override
  public boolean delete(Digest digest, Instant unlessUsedSince) throws IOException {
    throw readOnly();
  }

  @Override
  public Lease lease() throws IOException {
    throw readOnly();
  }

  @Override
  public Optional<Instant> oldestLease() {
    requireOpen();
    return Optional.empty();
  }

  @Override
  public Optional<Descriptor> resolve(String name) {
    requireOpen();
    return index.resolve(name);
  }

  @Override
  public List<StorageEntry> entries() {
    requireOpen();
    return index.entries();
  }

  @Override
  public List<TagResult> tag(List<TagUpdate> updates) throws IOException {
    throw readOnly();
  }

  @Override
  public ImageCatalog catalog() {
    requireOpen();
    return catalog;
  }

  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      archive.close();
    }
  }

  /** The file, for messages. */
  @Override
  public String toString() {
    return archive.toString();
  }

  private ArchivedContent require(Descriptor content) throws IOException {
    requireOpen();
    ArchivedContent found =
        contents
            .find(content.digest())
            .orElseThrow(
                () ->
                    new ContentNotFoundException("No blob " + content.digest() + " in " + archive));
    if (found.size() != content.size()) {
      throw new DigestMismatchException(
          what(content), content.size() + " bytes", found.size() + " bytes");
    }
    return found;
  }

  private String what(Descriptor content) {
    return "Blob " + content.digest() + " in " + archive;
  }

  private UnsupportedContentException readOnly() {
    requireOpen();
    return new UnsupportedContentException("The archive " + archive + " is read-only");
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The archive " + archive + " is closed");
    }
  }
}
