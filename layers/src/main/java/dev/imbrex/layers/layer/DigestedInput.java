package dev.imbrex.layers.layer;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Computes the digest and the number of bytes that are read, unless the digest is known, and can
 * mark on the way what it is so far.
 */
final class DigestedInput extends FilterInputStream {
  private final @Nullable Digester digester;
  private final DigestMarks.@Nullable Collector marks;
  private long count;
  private @Nullable Digest digest;

  private DigestedInput(
      InputStream in, @Nullable Digester digester, DigestMarks.@Nullable Collector marks) {
    super(Objects.requireNonNull(in));
    this.digester = digester;
    this.marks = marks;
  }

  /** Reads a stream, and computes its digest. */
  static DigestedInput of(InputStream in) {
    return new DigestedInput(in, DigestAlgorithm.SHA256.newDigester(), null);
  }

  /** Reads a stream, computes its digest, and marks it on the way. */
  static DigestedInput marking(InputStream in) {
    return new DigestedInput(in, DigestAlgorithm.SHA256.newDigester(), new DigestMarks.Collector());
  }

  /**
   * Reads a stream that sees to its digest.
   *
   * @param digest of all bytes
   */
  static DigestedInput verified(InputStream in, Digest digest) {
    DigestedInput verified = new DigestedInput(in, null, null);
    verified.digest = digest;
    return verified;
  }

  /** Reads a stream from a mark on, and computes the digest as if it had read what lies before. */
  static DigestedInput from(DigestMarks.Mark mark, InputStream in) {
    DigestedInput begun = new DigestedInput(in, mark.begin(), null);
    begun.count = mark.offset();
    return begun;
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
        digest(digester, bytes, offset, read);
      }
      count += read;
    }
    return read;
  }

  private void digest(Digester digester, byte[] bytes, int offset, int length) {
    int done = 0;
    while (marks != null && marks.isNextWithin(count + length)) {
      int part = (int) (marks.next() - count) - done;
      digester.update(bytes, offset + done, part);
      done += part;
      marks.add(digester);
    }
    digester.update(bytes, offset + done, length - done);
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

  /** What was marked; when all was read. */
  DigestMarks marks() {
    return marks == null ? DigestMarks.none() : marks.finish(count, digest());
  }
}
