package dev.imbrex.layers.layer;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Computes the digest and the number of bytes that are read. */
final class DigestedInput extends FilterInputStream {
  private final Digester digester = DigestAlgorithm.SHA256.newDigester();
  private long count;
  private @Nullable Digest digest;

  DigestedInput(InputStream in) {
    super(Objects.requireNonNull(in));
  }

  @Override
  public int read() throws IOException {
    byte[] single = new byte[1];
    return Streams.readSome(this, single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    int read = Streams.readSome(in, bytes, offset, length);
    if (read > 0) {
      digester.update(bytes, offset, read);
      count += read;
    }
    return read;
  }

  @Override
  public long skip(long n) {
    throw new UnsupportedOperationException("What is skipped is not digested");
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  long count() {
    return count;
  }

  /** The digest of all bytes; none may be read after it. */
  Digest digest() {
    if (digest == null) {
      digest = digester.finish();
    }
    return digest;
  }
}
