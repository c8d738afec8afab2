package dev.imbrex.store;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.ImageCatalog;
import dev.imbrex.image.Lease;
import dev.imbrex.image.Storage;
import dev.imbrex.image.StorageEntry;
import dev.imbrex.image.StoredBlob;
import dev.imbrex.image.TagResult;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An archive that is being made: a storage to put images into, which becomes a file by {@link
 * #commit}. Closing it without that leaves nothing.
 *
 * <pre>{@code
 * try (ArchiveWriter archive = OciArchive.create(file, SaveOptions.defaults())) {
 *   ImageStore store = ImageStore.on(archive);
 *   store.tag("app:1", store.add(image));
 *   archive.commit();
 * }
 * }</pre>
 *
 * <p>Content is kept beside the archive, in a directory {@code .NAME.UUID.tmp}. If the process is
 * killed it stays, until somebody makes the same archive again and nobody has put anything into it
 * for a day.
 *
 * <p>The archive holds what names lead to. Parent links are known until it is closed, and are not
 * in it. Safe for use by many threads, up to the commit.
 */
public final class ArchiveWriter implements Storage {
  /** Makes the archive of what was collected. */
  interface Finish {
    void save(ArchiveContents contents) throws IOException;
  }

  private final String target;
  private final LayoutStorage collected;
  private final Finish finish;
  private volatile boolean committed;
  private volatile boolean closed;

  private ArchiveWriter(String target, LayoutStorage collected, Finish finish) {
    this.target = target;
    this.collected = collected;
    this.finish = finish;
  }

  /**
   * Begins one.
   *
   * @param target the archive, beside which content is kept until the end
   */
  static ArchiveWriter create(Path target, Finish finish) throws IOException {
    Path directory = Leftovers.beside(target);
    LayoutStorage collected =
        LayoutStorage.create(directory, LayoutOptions.DEFAULT.withSync(false));
    Leftovers.sweep(target, directory);
    return new ArchiveWriter(target.toString(), collected, finish);
  }

  /**
   * Makes the archive of all that has a name, and shows it. From here on nothing can be put in.
   *
   * @throws IOException if it cannot be written; then there is none, and it can be tried again
   * @throws IllegalStateException if it was committed, or closed
   */
  public void commit() throws IOException {
    requireOpen();
    if (committed) {
      throw new IllegalStateException("The archive " + target + " is committed");
    }
    finish.save(ArchiveContents.allOf(collected));
    committed = true;
  }

  /** Content goes in, names are given and listed; nothing is deleted one by one. */
  @Override
  public Set<Capability> capabilities() {
    return EnumSet.of(Capability.WRITE, Capability.TAG, Capability.LIST_NAMES);
  }

  @Override
  public boolean exists(Descriptor content) throws IOException {
    return open().exists(content);
  }

  @Override
  public InputStream open(Descriptor content) throws IOException {
    return open().open(content);
  }

  @Override
  public InputStream openUnverified(Descriptor content) throws IOException {
    return open().openUnverified(content);
  }

  @Override
  public InputStream open(Descriptor content, long offset, long length) throws IOException {
    return open().open(content, offset, length);
  }

  @Override
  public void put(Descriptor descriptor, InputStream content) throws IOException {
    writable().put(descriptor, content);
  }

  @Override
  public BlobWriter write(DigestAlgorithm algorithm) throws IOException {
    return writable().write(algorithm);
  }

  @Override
  public List<StoredBlob> blobs() throws IOException {
    throw undeletable();
  }

  @Override
  public boolean delete(Digest digest, Instant unlessUsedSince) throws IOException {
    throw undeletable();
  }

  @Override
  public Lease lease() throws IOException {
    return open().lease();
  }

  @Override
  public Optional<Instant> oldestLease() throws IOException {
    return open().oldestLease();
  }

  @Override
  public Optional<Descriptor> resolve(String name) throws IOException {
    return open().resolve(name);
  }

  @Override
  public List<StorageEntry> entries() throws IOException {
    return open().entries();
  }

  @Override
  public List<TagResult> tag(List<TagUpdate> updates) throws IOException {
    return writable().tag(updates);
  }

  @Override
  public ImageCatalog catalog() {
    return open().catalog();
  }

  /** Discards what was collected; the archive stays, if it was committed. */
  @Override
  public void close() throws IOException {
    if (!closed) {
      closed = true;
      collected.close();
      Directories.delete(collected.directory());
    }
  }

  /** The archive, for messages. */
  @Override
  public String toString() {
    return target;
  }

  private LayoutStorage open() {
    requireOpen();
    return collected;
  }

  private LayoutStorage writable() throws IOException {
    requireOpen();
    if (committed) {
      throw new UnsupportedContentException(
          "The archive " + target + " is complete, and takes nothing in");
    }
    return collected;
  }

  private UnsupportedContentException undeletable() {
    requireOpen();
    return new UnsupportedContentException("Nothing is deleted from the archive " + target);
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The archive " + target + " is closed");
    }
  }
}
