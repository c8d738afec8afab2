package dev.imbrex.layers.layer;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Computes the digest and the number of bytes that are read, unless the digest is known. */
final class DigestedInput extends FilterInputStream {
  private final @Nullable Digester digester;
  private long count;
  private @Nullable Digest digest;

  /**
   * Reads a stream.
   *
   * @param known the digest of all bytes, if the stream sees to it that it is that
   */
  DigestedInput(InputStream in, @Nullable Digest known) {
    super(Objects.requireNonNull(in));
    digest = known;
    digester = known == null ? DigestAlgorithm.SHA256.newDigester() : null;
  }

  /** Whether {@link #digest} is one of sha256. */
  boolean isSha256() {
    return digest == null
        || digest.findAlgorithm().filter(DigestAlgorithm.SHA256::equals).isPresent();
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
      if (digester != null) {
        digester.update(bytes, offset, read);
      }
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
      digest = Objects.requireNonNull(digester).finish();
    }
    return digest;
  }
}
