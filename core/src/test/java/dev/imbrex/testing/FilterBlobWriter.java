package dev.imbrex.testing;

import dev.imbrex.image.BlobWriter;
import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;

/** A writer that passes everything on to another one. */
class FilterBlobWriter extends BlobWriter {
  private final BlobWriter in;

  FilterBlobWriter(BlobWriter in) {
    this.in = in;
  }

  @Override
  public long size() {
    return in.size();
  }

  @Override
  public Digest commit() throws IOException {
    return in.commit();
  }

  @Override
  public void commit(Digest expected) throws IOException {
    in.commit(expected);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    in.write(bytes, offset, length);
  }

  @Override
  public void flush() throws IOException {
    in.flush();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
