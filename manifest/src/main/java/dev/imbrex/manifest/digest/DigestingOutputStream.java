package dev.imbrex.manifest.digest;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Passes bytes on and computes their number and digest on the way, for content whose descriptor is
 * not known yet. Belongs to one thread.
 */
public final class DigestingOutputStream extends OutputStream {
  private final OutputStream out;
  private final Digester digester;

  private long size;
  private @Nullable Digest digest;

  private DigestingOutputStream(OutputStream out, Digester digester) {
    this.out = out;
    this.digester = digester;
  }

  /**
   * Wraps a stream.
   *
   * @param out where the bytes go; flushed and closed with the result
   */
  public static DigestingOutputStream of(DigestAlgorithm algorithm, OutputStream out) {
    return new DigestingOutputStream(requireNonNull(out), algorithm.newDigester());
  }

  /** Wraps a stream as {@link #of} does, for a sha256 digest. */
  public static DigestingOutputStream sha256(OutputStream out) {
    return of(DigestAlgorithm.SHA256, out);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * Writes bytes; they count once the stream inside has taken them.
   *
   * @throws IllegalStateException if {@link #digest} was called before
   */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (digest != null) {
      throw new IllegalStateException("The digest " + digest + " was given out already");
    }
    out.write(bytes, offset, length);
    digester.update(bytes, offset, length);
    size += length;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  /** Closes the stream inside; size and digest stay available. */
  @Override
  public void close() throws IOException {
    out.close();
  }

  /** The number of bytes written so far. */
  public long size() {
    return size;
  }

  /** The digest of all bytes written. From then on nothing more can be written. */
  public Digest digest() {
    if (digest == null) {
      digest = digester.finish();
    }
    return digest;
  }
}
