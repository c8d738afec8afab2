package dev.imbrex.registry.server;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.image.Storage;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.DigestMismatchException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One blob on its way in. One request at a time works on it: whoever holds its lock.
 *
 * <p>Clients need not say by which algorithm the digest will be until the end (SN-T9). Bytes are
 * hashed by the one that is announced, else by sha256; where the end brings another, the blob is
 * read again from the storage.
 */
final class UploadSession implements Closeable {
  private static final int BUFFER = 1 << 17;

  private final String id;
  private final RepositoryName repository;
  private final Storage storage;
  private final ReentrantLock lock = new ReentrantLock();
  private DigestAlgorithm algorithm;
  private @Nullable BlobWriter writer;
  private boolean lastChunkWasShort;
  private boolean ended;
  private volatile Instant lastUsed;

  UploadSession(
      String id,
      RepositoryName repository,
      Storage storage,
      DigestAlgorithm algorithm,
      Instant now) {
    this.id = id;
    this.repository = repository;
    this.storage = storage;
    this.algorithm = algorithm;
    this.lastUsed = now;
  }

  String id() {
    return id;
  }

  RepositoryName repository() {
    return repository;
  }

  ReentrantLock lock() {
    return lock;
  }

  Instant lastUsed() {
    return lastUsed;
  }

  void use(Instant now) {
    lastUsed = now;
  }

  boolean isEnded() {
    return ended;
  }

  /** How many bytes have arrived. */
  long size() {
    return writer == null ? 0 : writer.size();
  }

  boolean lastChunkWasShort() {
    return lastChunkWasShort;
  }

  void noteChunk(long bytes, int minimum) {
    lastChunkWasShort = bytes < minimum;
  }

  /** Says by which algorithm the digest will be, if nothing has arrived yet. */
  void expect(DigestAlgorithm announced) {
    if (writer == null) {
      algorithm = announced;
    }
  }

  /**
   * Takes bytes in to their end, or until there are more than a limit allows. What arrived before a
   * failure stays.
   *
   * @return false if the blob has grown beyond the limit
   */
  boolean append(InputStream in, long limit) throws IOException {
    BlobWriter open = writer;
    byte[] buffer = new byte[BUFFER];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      if (open == null) {
        open = storage.write(algorithm);
        writer = open;
      }
      if (count > limit - open.size()) {
        return false;
      }
      open.write(buffer, 0, count);
    }
    return true;
  }

  /**
   * Publishes what has arrived; the session has ended then, whatever happens.
   *
   * @param digest what it must have; of an algorithm that is known
   * @return the digest it was published by first, beside the one wanted; the same if no other was
   * @throws DigestMismatchException if it has another digest
   */
  Digest publish(Digest digest) throws IOException {
    expect(digest.requireAlgorithm());
    BlobWriter open = writer == null ? storage.write(algorithm) : writer;
    writer = open;
    ended = true;
    try (open) {
      if (algorithm == digest.requireAlgorithm()) {
        open.commit(digest);
        return digest;
      }
      long size = open.size();
      Digest first = open.commit();
      try (InputStream in = storage.open(blob(first, size))) {
        storage.put(blob(digest, size), in);
      }
      return first;
    }
  }

  static Descriptor blob(Digest digest, long size) {
    return Descriptor.of(MediaType.OCTET_STREAM, digest, size);
  }

  /** Gives the upload up; what has arrived is gone. */
  @Override
  public void close() throws IOException {
    ended = true;
    if (writer != null) {
      writer.close();
    }
  }
}
