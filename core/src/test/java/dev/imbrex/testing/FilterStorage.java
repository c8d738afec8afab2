package dev.imbrex.testing;

import static java.util.Objects.requireNonNull;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.ImageCatalog;
import dev.imbrex.image.Lease;
import dev.imbrex.image.Storage;
import dev.imbrex.image.StorageEntry;
import dev.imbrex.image.StoredBlob;
import dev.imbrex.image.TagResult;
import dev.imbrex.image.TagUpdate;
import dev.imbrex.layers.compress.Compression;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A storage that passes everything on to another one, to override what a test wants otherwise.
 * Closing it closes the other one.
 */
public abstract class FilterStorage implements Storage {
  /** The storage behind. */
  protected final Storage in;

  /** A filter before a storage. */
  protected FilterStorage(Storage in) {
    this.in = requireNonNull(in);
  }

  @Override
  public Set<Capability> capabilities() {
    return in.capabilities();
  }

  @Override
  public Compression preferredCompression() {
    return in.preferredCompression();
  }

  @Override
  public String fullName(String text) {
    return in.fullName(text);
  }

  @Override
  public boolean exists(Descriptor content) throws IOException {
    return in.exists(content);
  }

  @Override
  public InputStream open(Descriptor content) throws IOException {
    return in.open(content);
  }

  @Override
  public InputStream openUnverified(Descriptor content) throws IOException {
    return in.openUnverified(content);
  }

  @Override
  public InputStream open(Descriptor content, long offset, long length) throws IOException {
    return in.open(content, offset, length);
  }

  @Override
  public void put(Descriptor descriptor, InputStream content) throws IOException {
    in.put(descriptor, content);
  }

  @Override
  public void copyFrom(Storage source, Descriptor content) throws IOException {
    in.copyFrom(source, content);
  }

  @Override
  public Storage origin() {
    return in.origin();
  }

  @Override
  public BlobWriter write(DigestAlgorithm algorithm) throws IOException {
    return in.write(algorithm);
  }

  @Override
  public List<StoredBlob> blobs() throws IOException {
    return in.blobs();
  }

  @Override
  public boolean delete(Digest digest, Instant unlessUsedSince) throws IOException {
    return in.delete(digest, unlessUsedSince);
  }

  @Override
  public long deleteLeftovers(Instant unlessUsedSince) throws IOException {
    return in.deleteLeftovers(unlessUsedSince);
  }

  @Override
  public Lease lease() throws IOException {
    return in.lease();
  }

  @Override
  public Optional<Instant> oldestLease() throws IOException {
    return in.oldestLease();
  }

  @Override
  public Optional<Descriptor> resolve(String name) throws IOException {
    return in.resolve(name);
  }

  @Override
  public List<StorageEntry> entries() throws IOException {
    return in.entries();
  }

  @Override
  public List<TagResult> tag(List<TagUpdate> updates) throws IOException {
    return in.tag(updates);
  }

  @Override
  public ImageCatalog catalog() {
    return in.catalog();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  @Override
  public String toString() {
    return in.toString();
  }
}
