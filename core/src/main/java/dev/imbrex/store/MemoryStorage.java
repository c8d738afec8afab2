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
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.DigestMismatchException;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A storage in memory: for tests, and for images on their way somewhere else. It does everything a
 * storage can do, and forgets all at {@link #close}. Safe for use by many threads.
 *
 * <p>Content is bounded by the heap alone; a blob may be larger than an array.
 */
public final class MemoryStorage implements Storage {
  private final Clock clock;
  private final Map<Digest, Blob> blobs = new ConcurrentHashMap<>();
  private final Map<String, Descriptor> names = new LinkedHashMap<>();
  private final Set<MemoryLease> leases = ConcurrentHashMap.newKeySet();
  private final MemoryCatalog catalog = new MemoryCatalog();
  private volatile boolean closed;

  private record Blob(ChunkedBytes bytes, Instant lastUsed) {}

  /** Creates an empty storage that takes the age of content from the system clock. */
  public MemoryStorage() {
    this(Clock.systemUTC());
  }

  /**
   * Creates an empty storage.
   *
   * @param clock tells the age of content and leases, for collection
   */
  public MemoryStorage(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Set<Capability> capabilities() {
    return EnumSet.allOf(Capability.class);
  }

  /** None: memory is read more often than it is sent anywhere. */
  @Override
  public Compression preferredCompression() {
    return Compression.NONE;
  }

  @Override
  public boolean exists(Descriptor content) {
    requireOpen();
    Blob blob = blobs.get(content.digest());
    return blob != null && blob.bytes.size() == content.size();
  }

  @Override
  public InputStream open(Descriptor content) throws IOException {
    Blob blob = require(content.digest());
    if (blob.bytes.size() != content.size()) {
      throw new DigestMismatchException(
          "Content " + content.digest(), content.size() + " bytes", blob.bytes.size() + " bytes");
    }
    return blob.bytes.stream(0, blob.bytes.size());
  }

  @Override
  public InputStream open(Descriptor content, long offset, long length) throws IOException {
    if (offset < 0 || length < 0 || offset > content.size()) {
      throw new IllegalArgumentException(
          length + " bytes from " + offset + " of " + content.size() + " bytes");
    }
    ChunkedBytes bytes = require(content.digest()).bytes;
    return bytes.stream(Math.min(offset, bytes.size()), length);
  }

  @Override
  public void put(Descriptor descriptor, InputStream content) throws IOException {
    if (exists(descriptor)) {
      use(descriptor.digest());
      return;
    }
    try (BlobWriter writer = write(descriptor.digest().requireAlgorithm())) {
      Puts.copy(descriptor, content, writer, "Content");
    }
  }

  @Override
  public BlobWriter write(DigestAlgorithm algorithm) {
    requireOpen();
    return new MemoryBlobWriter(algorithm.newDigester());
  }

  @Override
  public List<StoredBlob> blobs() {
    requireOpen();
    List<StoredBlob> found = new ArrayList<>();
    blobs.forEach(
        (digest, blob) -> found.add(new StoredBlob(digest, blob.bytes.size(), blob.lastUsed)));
    return List.copyOf(found);
  }

  @Override
  public boolean delete(Digest digest, Instant unlessUsedSince) {
    requireOpen();
    synchronized (names) {
      if (names.values().stream().anyMatch(target -> target.digest().equals(digest))) {
        return false;
      }
      Blob blob = blobs.get(digest);
      return blob != null
          && blob.lastUsed.isBefore(unlessUsedSince)
          // Fails if it was used in between: that replaces the blob.
          && blobs.remove(digest, blob);
    }
  }

  @Override
  public Lease lease() {
    requireOpen();
    MemoryLease lease = new MemoryLease(clock.instant());
    leases.add(lease);
    return lease;
  }

  @Override
  public Optional<Instant> oldestLease() {
    requireOpen();
    return leases.stream().map(MemoryLease::since).min(Instant::compareTo);
  }

  @Override
  public Optional<Descriptor> resolve(String name) {
    requireOpen();
    synchronized (names) {
      return Optional.ofNullable(names.get(name));
    }
  }

  @Override
  public List<StorageEntry> entries() {
    requireOpen();
    synchronized (names) {
      List<StorageEntry> entries = new ArrayList<>(names.size());
      names.forEach((name, target) -> entries.add(new StorageEntry(Optional.of(name), target)));
      return List.copyOf(entries);
    }
  }

  @Override
  public List<TagResult> tag(List<TagUpdate> updates) throws IOException {
    requireOpen();
    synchronized (names) {
      for (TagUpdate update : updates) {
        if (update.target().isPresent() && !exists(update.target().get())) {
          throw new ContentNotFoundException(
              "Cannot tag " + update.name() + ": no content " + update.target().get().digest());
        }
      }
      List<TagResult> results = new ArrayList<>(updates.size());
      for (TagUpdate update : updates) {
        Optional<Descriptor> now = Optional.ofNullable(names.get(update.name()));
        boolean applied = update.condition().allows(now);
        if (applied) {
          update
              .target()
              .ifPresentOrElse(
                  target -> names.put(update.name(), target), () -> names.remove(update.name()));
        }
        results.add(new TagResult(update.name(), applied, now));
      }
      return List.copyOf(results);
    }
  }

  @Override
  public ImageCatalog catalog() {
    requireOpen();
    return catalog;
  }

  @Override
  public void close() {
    closed = true;
    blobs.clear();
    leases.clear();
  }

  @Override
  public String toString() {
    return "memory";
  }

  private Blob require(Digest digest) throws ContentNotFoundException {
    requireOpen();
    Blob blob = blobs.get(digest);
    if (blob == null) {
      throw new ContentNotFoundException("No content " + digest + " in memory");
    }
    return blob;
  }

  private void use(Digest digest) {
    blobs.computeIfPresent(digest, (d, blob) -> new Blob(blob.bytes, clock.instant()));
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("The storage in memory is closed");
    }
  }

  private final class MemoryBlobWriter extends BlobWriter {
    private final Digester digester;
    private final ChunkedBytes bytes = new ChunkedBytes();
    private boolean done;

    MemoryBlobWriter(Digester digester) {
      this.digester = digester;
    }

    @Override
    public long size() {
      return bytes.size();
    }

    @Override
    public void write(byte[] source, int offset, int length) {
      requireNotDone();
      digester.update(source, offset, length);
      bytes.append(source, offset, length);
    }

    @Override
    public Digest commit() {
      requireNotDone();
      Digest digest = digester.finish();
      publish(digest);
      return digest;
    }

    @Override
    public void commit(Digest expected) throws DigestMismatchException {
      requireNotDone();
      Digest actual = digester.finish();
      if (!actual.equals(expected)) {
        done = true;
        throw new DigestMismatchException("Content", expected.toString(), actual.toString());
      }
      publish(actual);
    }

    @Override
    public void close() {
      done = true;
    }

    private void publish(Digest digest) {
      requireOpen();
      done = true;
      bytes.trim();
      blobs.put(digest, new Blob(bytes, clock.instant()));
    }

    private void requireNotDone() {
      if (done) {
        throw new IllegalStateException("The blob is committed, or its writer is closed");
      }
    }
  }

  private final class MemoryLease implements Lease {
    private final Instant since;

    MemoryLease(Instant since) {
      this.since = since;
    }

    @Override
    public Instant since() {
      return since;
    }

    @Override
    public void close() {
      leases.remove(this);
    }
  }
}
