package dev.imbrex.registry;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import dev.imbrex.manifest.error.DigestMismatchException;
import java.io.IOException;

/** Uploads a blob in chunks as it is written, and names it at the end. */
final class RegistryBlobWriter extends BlobWriter {
  private final UploadSession session;
  private final ChunkedUpload upload;
  private final Digester digester;

  /** Whether nothing can be written any more. */
  private boolean finished;

  /** Whether the registry has it, or was told that it will not. */
  private boolean settled;

  RegistryBlobWriter(UploadSession session, ChunkedUpload upload, DigestAlgorithm algorithm) {
    this.session = session;
    this.upload = upload;
    this.digester = algorithm.newDigester();
  }

  @Override
  public long size() {
    return upload.size();
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    requireNotDone();
    digester.update(bytes, offset, length);
    upload.write(bytes, offset, length);
  }

  @Override
  public Digest commit() throws IOException {
    Digest digest = finish();
    publish(digest);
    return digest;
  }

  @Override
  public void commit(Digest expected) throws IOException {
    Digest actual = finish();
    if (!actual.equals(expected)) {
      throw new DigestMismatchException("Content", expected.toString(), actual.toString());
    }
    publish(actual);
  }

  @Override
  public void close() {
    finished = true;
    if (!settled) {
      settled = true;
      session.abort();
    }
  }

  private Digest finish() {
    requireNotDone();
    finished = true;
    return digester.finish();
  }

  private void publish(Digest digest) throws IOException {
    upload.finish(digest);
    settled = true;
  }

  private void requireNotDone() {
    if (finished) {
      throw new IllegalStateException("The blob is committed, or its writer is closed");
    }
  }
}
