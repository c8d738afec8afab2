package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.error.DigestMismatchException;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Takes in a blob whose digest is known only at its end. Belongs to one thread. Closing it without
 * {@link #commit} discards what was written.
 */
public abstract class BlobWriter extends OutputStream {
  /** For implementations. */
  protected BlobWriter() {}

  /** How many bytes were written. */
  public abstract long size();

  /**
   * Publishes what was written; from here on it can be opened by its digest. Writing more, or
   * committing again, is an {@link IllegalStateException}.
   *
   * @return the digest of the bytes written
   */
  public abstract Digest commit() throws IOException;

  /**
   * Publishes what was written if it has this digest, and else nothing.
   *
   * @throws DigestMismatchException if the bytes have another digest
   */
  public abstract void commit(Digest expected) throws IOException;

  /** Writes one byte; use {@link #write(byte[], int, int)} for more. */
  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public abstract void write(byte[] bytes, int offset, int length) throws IOException;

  /** Discards what was not committed, and releases what the writer holds. Twice is once. */
  @Override
  public abstract void close() throws IOException;
}
