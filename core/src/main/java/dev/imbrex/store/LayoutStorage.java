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
import dev.imbrex.manifest.digest.InvalidDigestException;
import dev.imbrex.manifest.digest.VerifiedInputStream;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A storage in a directory in OCI image layout (OCI image-spec 1.1, "Image Layout"; SN-S2 to
 * SN-S11).
 *
 * <p>Other tools read what is written here, and the other way round. What the layout has no place
 * for, parent links above all, lies beside it in {@code .imbrex}, where others do not look; a
 * layout works without it.
 *
 * <p>Safe for use by many threads and many processes at once, on local file systems. Readers take
 * no lock. A process may die at any moment: the layout stays valid, every name resolves, and what
 * was left behind is collected later. Content is forced to disk before it shows.
 *
 * <p>A name that is a full reference, {@code docker.io/library/app:1}, is written so that other
 * tools find it as {@code app:1}.
 */
public final class LayoutStorage implements Storage {
  // A writer that has not moved for a day is dead, or as good as dead.
  private static final Duration STALE = Duration.ofDays(1);

  private final LayoutFiles files;
  private final Clock clock;
  private final boolean writable;
  private final LayoutLock lock;
  private final BlobDirectory blobs;
  private final LayoutLeases leases;
  private final CatalogJournal catalog;
  private final LayoutIndexFile index;
  private volatile boolean closed;

  private LayoutStorage(LayoutFiles files, Clock clock) {
    this.files = files;
    this.clock = clock;
    this.writable = Files.isWritable(files.root());
    this.lock = new LayoutLock(files.lock());
    this.blobs = new BlobDirectory(files, clock);
    this.leases = new LayoutLeases(files, clock);
    this.catalog = new CatalogJournal(files, lock);
    this.index = new LayoutIndexFile(files);
  }

  /**
   * Opens a layout that is there.
   *
   * @throws ContentNotFoundException if the directory is no layout
   * @throws UnsupportedContentException if it is a layout of a higher major version
   * @throws dev.imbrex.manifest.error.MalformedContentException if its marker or index is broken
   */
  public static LayoutStorage open(Path directory) throws IOException {
    return open(directory, LayoutOptions.DEFAULT);
  }

  /** Opens a layout that is there, as {@link #open(Path)}. */
  public static LayoutStorage open(Path directory, LayoutOptions options) throws IOException {
    LayoutFiles files = new LayoutFiles(directory, options.sync());
    LayoutMarker.require(files);
    LayoutStorage storage = new LayoutStorage(files, options.clock());
    storage.index.read();
    storage.tidy();
    return storage;
  }

  /**
   * Makes a new layout.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the directory exists and is not empty
   */
  public static LayoutStorage create(Path directory) throws IOException {
    return create(directory, LayoutOptions.DEFAULT);
  }

  /** Makes a new layout, as {@link #create(Path)}. */
  public static LayoutStorage create(Path directory, LayoutOptions options) throws IOException {
    LayoutFiles files = new LayoutFiles(directory, options.sync());
    LayoutMarker.requireEmpty(files);
    return openOrCreate(directory, options);
  }

  /**
   * Opens a layout, after making it if there is none. Several processes may do so at once.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the directory holds something that is no
   *     layout
   */
  public static LayoutStorage openOrCreate(Path directory) throws IOException {
    return openOrCreate(directory, LayoutOptions.DEFAULT);
  }

  /** Opens a layout, after making it if there is none, as {@link #openOrCreate(Path)}. */
  public static LayoutStorage openOrCreate(Path directory, LayoutOptions options)
      throws IOException {
    LayoutFiles files = new LayoutFiles(directory, options.sync());
    if (!Files.exists(files.layoutMarker())) {
      LayoutMarker.create(files);
    }
    return open(directory, options);
  }

  /** The directory. */
  public Path directory() {
    return files.root();
  }

  /** Everything, if the directory can be written to; else listing names alone. */
  @Override
  public Set<Capability> capabilities() {
    return writable ? EnumSet.allOf(Capability.class) : EnumSet.of(Capability.LIST_NAMES);
  }

  /** Tells by name and size; the bytes are verified when they are read (SN-S3). */
  @Override
  public boolean exists(Descriptor content) throws IOException {
    requireOpen();
    return blobs.size(content.digest()).filter(size -> size == content.size()).isPresent();
  }

  @Override
  public InputStream open(Descriptor content) throws IOException {
    String what = "Blob " + content.digest() + " in " + files.root();
    requireVerifiable(content.digest(), what);
    return VerifiedInputStream.of(openUnverified(content), content.size(), content.digest(), what);
  }

  @Override
  public InputStream openUnverified(Descriptor content) throws IOException {
    requireSize(content, "Blob " + content.digest() + " in " + files.root());
    return Files.newInputStream(blobs.path(content.digest()));
  }

  @Override
  public InputStream open(Descriptor content, long offset, long length) throws IOException {
    if (offset < 0 || length < 0 || offset > content.size()) {
      throw new IllegalArgumentException(
          length + " bytes from " + offset + " of " + content.size() + " bytes");
    }
    requireSize(content, "Blob " + content.digest() + " in " + files.root());
    SeekableByteChannel channel = Files.newByteChannel(blobs.path(content.digest()));
    try {
      channel.position(offset);
      return new LimitedInputStream(Channels.newInputStream(channel), length);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void put(Descriptor descriptor, InputStream content) throws IOException {
    requireWritable();
    if (blobs.use(descriptor.digest(), descriptor.size())) {
      return;
    }
    String what = "Content for " + files.root();
    requireVerifiable(descriptor.digest(), what);
    try (BlobWriter writer = blobs.writeAtOnce(descriptor.digest().requireAlgorithm())) {
      Puts.copy(descriptor, content, writer, what);
    }
  }

  @Override
  public BlobWriter write(DigestAlgorithm algorithm) throws IOException {
    requireWritable();
    return blobs.write(algorithm);
  }

  @Override
  public List<StoredBlob> blobs() throws IOException {
    requireOpen();
    return blobs.list();
  }

  @Override
  public boolean delete(Digest digest, Instant unlessUsedSince) throws IOException {
    requireWritable();
    return lock.holding(
        () -> {
          LayoutIndex current = index.read();
          if (current.hasNamed(digest)) {
            return false;
          }
          Optional<IndexManifest> left = current.withoutNameless(digest);
          if (left.isPresent()) {
            index.write(left.get());
          }
          return blobs.delete(digest, unlessUsedSince);
        });
  }

  @Override
  public long deleteLeftovers(Instant unlessUsedSince) throws IOException {
    requireWritable();
    return blobs.sweep(unlessUsedSince);
  }

  @Override
  public Lease lease() throws IOException {
    requireWritable();
    return leases.take();
  }

  @Override
  public Optional<Instant> oldestLease() throws IOException {
    requireOpen();
    return leases.oldest();
  }

  @Override
  public Optional<Descriptor> resolve(String name) throws IOException {
    requireOpen();
    return index.read().resolve(name);
  }

  @Override
  public List<StorageEntry> entries() throws IOException {
    requireOpen();
    return index.read().entries();
  }

  @Override
  public List<TagResult> tag(List<TagUpdate> updates) throws IOException {
    requireWritable();
    return lock.holding(
        () -> {
          for (TagUpdate update : updates) {
            Optional<Descriptor> target = update.target();
            // Counts as a use: a collection that has listed it as garbage must not take it.
            if (target.isPresent() && !blobs.use(target.get().digest(), target.get().size())) {
              throw new ContentNotFoundException(
                  "Cannot tag " + update.name() + ": no content " + target.get().digest());
            }
          }
          LayoutIndex.Change change = index.read().apply(updates);
          if (change.document().isPresent()) {
            index.write(change.document().get());
          }
          return change.results();
        });
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
      leases.close();
      lock.close();
    }
  }

  /** The directory, for messages. */
  @Override
  public String toString() {
    return files.root().toString();
  }

  /** Puts right what a process that died left half done, if there is any trace of one. */
  private void tidy() throws IOException {
    if (writable && Files.isDirectory(files.own())) {
      blobs.sweep(clock.instant().minus(STALE));
      if (!LayoutFiles.list(files.trash()).isEmpty()) {
        lock.holding(
            () -> {
              blobs.restoreTrash();
              return true;
            });
      }
    }
  }

  private void requireSize(Descriptor content, String what) throws IOException {
    requireOpen();
    Optional<Long> size = blobs.size(content.digest());
    if (size.isEmpty()) {
      throw new ContentNotFoundException("No blob " + content.digest() + " in " + files.root());
    }
    if (size.get() != content.size()) {
      throw new DigestMismatchException(what, content.size() + " bytes", size.get() + " bytes");
    }
  }

  private static void requireVerifiable(Digest digest, String what)
      throws UnsupportedContentException {
    try {
      digest.requireAlgorithm();
    } catch (InvalidDigestException e) {
      throw new UnsupportedContentException(what + " cannot be verified: " + e.getMessage(), e);
    }
  }

  private void requireWritable() throws IOException {
    requireOpen();
    if (!writable) {
      throw new UnsupportedContentException("The layout " + files.root() + " is read-only");
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The layout " + files.root() + " is closed");
    }
  }
}
