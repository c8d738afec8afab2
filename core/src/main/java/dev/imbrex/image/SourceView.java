package dev.imbrex.image;

import dev.imbrex.image.internal.progress.MeteredInput;
import dev.imbrex.layers.progress.Progress;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The source of a copy as the target sees it while it copies one blob: tells the progress of what
 * is read, and stops where the copy is to stop.
 */
final class SourceView implements Storage {
  private final Storage source;
  private final Progress progress;
  private final Workers workers;
  private Progress.@Nullable Task task;

  SourceView(Storage source, Progress progress, Workers workers) {
    this.source = source;
    this.progress = progress;
    this.workers = workers;
  }

  /** Whether anything was read. */
  boolean wasRead() {
    return task != null;
  }

  /** Ends the task of the progress. */
  Closeable task() {
    return () -> {
      if (task != null) {
        task.close();
      }
    };
  }

  @Override
  public Storage origin() {
    return source.origin();
  }

  @Override
  public InputStream open(Descriptor content) throws IOException {
    return watched(source.open(content), content);
  }

  @Override
  public InputStream openUnverified(Descriptor content) throws IOException {
    return watched(source.openUnverified(content), content);
  }

  @Override
  public InputStream open(Descriptor content, long offset, long length) throws IOException {
    return watched(source.open(content, offset, length), content);
  }

  private InputStream watched(InputStream in, Descriptor content) {
    if (task == null) {
      task = progress.start("Copy " + content.digest().shortId(), content.size());
    }
    return new MeteredInput(new Stoppable(in), task);
  }

  private final class Stoppable extends FilterInputStream {
    Stoppable(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      check();
      return in.read();
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      check();
      return in.read(bytes, offset, length);
    }

    private void check() throws InterruptedIOException {
      if (workers.isStopped()) {
        throw new InterruptedIOException("The copy was stopped by a failure elsewhere");
      }
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("Interrupted during a copy");
      }
    }
  }

  // ---- All else is the source's.

  @Override
  public Set<Capability> capabilities() {
    return source.capabilities();
  }

  @Override
  public boolean exists(Descriptor content) throws IOException {
    return source.exists(content);
  }

  @Override
  public void put(Descriptor descriptor, InputStream content) throws IOException {
    source.put(descriptor, content);
  }

  @Override
  public BlobWriter write(DigestAlgorithm algorithm) throws IOException {
    return source.write(algorithm);
  }

  @Override
  public List<StoredBlob> blobs() throws IOException {
    return source.blobs();
  }

  @Override
  public boolean delete(Digest digest, Instant unlessUsedSince) throws IOException {
    return source.delete(digest, unlessUsedSince);
  }

  @Override
  public Lease lease() throws IOException {
    return source.lease();
  }

  @Override
  public Optional<Instant> oldestLease() throws IOException {
    return source.oldestLease();
  }

  @Override
  public Optional<Descriptor> resolve(String name) throws IOException {
    return source.resolve(name);
  }

  @Override
  public List<StorageEntry> entries() throws IOException {
    return source.entries();
  }

  @Override
  public List<TagResult> tag(List<TagUpdate> updates) throws IOException {
    return source.tag(updates);
  }

  @Override
  public ImageCatalog catalog() {
    return source.catalog();
  }

  /** Leaves the source open, for the next blob. */
  @Override
  public void close() {}

  @Override
  public String toString() {
    return source.toString();
  }
}
