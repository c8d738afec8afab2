package dev.imbrex.manifest.digest;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads content and checks on the way that it is what its descriptor promises: exactly so many
 * bytes, with that digest (SN-D6).
 *
 * <p>The digest is checked before the last byte is handed out, so that a reader that counts for
 * itself and never asks for the end has not got the whole of wrong content; the end of the stream
 * is reported only after exactly the promised bytes. At most one byte more than promised is read
 * from the stream inside. After a failure every further read fails.
 *
 * <p>The bytes handed out before the end are not verified yet: whoever acts on them must be able to
 * undo it. {@link #close} verifies nothing; it closes the stream inside. Belongs to one thread.
 */
public final class VerifiedInputStream extends InputStream {
  private final InputStream in;
  private final String what;
  private final Digest expected;
  private final long size;
  private final Digester digester;

  private long count;
  private boolean verified;
  private @Nullable Failure failure;

  private VerifiedInputStream(
      InputStream in, long size, Digest expected, Digester digester, String what) {
    this.in = in;
    this.size = size;
    this.expected = expected;
    this.digester = digester;
    this.what = what;
  }

  /**
   * Wraps a stream, which belongs to the new one from then on.
   *
   * @param in the content from its first byte; only closed by {@link #close} of the result
   * @param size the number of bytes promised, at least 0
   * @param digest the digest promised
   * @param what the content, as a message names it: {@code "layer 3 of app:1"}
   * @throws UnsupportedContentException if content cannot be verified with the algorithm of the
   *     digest (SN-D3); {@code in} is then left as it was
   */
  public static VerifiedInputStream of(InputStream in, long size, Digest digest, String what)
      throws UnsupportedContentException {
    requireNonNull(in);
    requireNonNull(what);
    if (size < 0) {
      throw new IllegalArgumentException(what + ": negative size " + size);
    }
    DigestAlgorithm algorithm =
        digest
            .findAlgorithm()
            .orElseThrow(
                () ->
                    new UnsupportedContentException(
                        what + ": cannot be verified, the algorithm is unknown: " + digest));
    return new VerifiedInputStream(in, size, digest, algorithm.newDigester(), what);
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    int read;
    do {
      read = read(one, 0, 1);
    } while (read == 0);
    return read < 0 ? -1 : one[0] & 0xff;
  }

  /**
   * Reads some bytes straight into the array.
   *
   * @throws DigestMismatchException if the content turns out to be shorter or longer than promised,
   *     or to have another digest
   */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    checkFromIndexSize(offset, length, bytes.length);
    if (failure != null) {
      throw failure.again();
    }
    if (length == 0) {
      return 0;
    }
    long remaining = size - count;
    int read = readInside(bytes, offset, remaining < length ? (int) remaining + 1 : length);
    if (read > remaining) {
      throw fail(size + " bytes", "more");
    }
    if (read > 0) {
      digester.update(bytes, offset, read);
      count += read;
    } else if (read < 0 && count < size) {
      throw fail(size + " bytes", count + " bytes");
    }
    if (count == size) {
      verifyDigest();
    }
    return read;
  }

  /** How many bytes can be read without blocking; never more than are still promised. */
  @Override
  public int available() throws IOException {
    return failure == null ? (int) Math.min(in.available(), size - count) : 0;
  }

  /** Closes the stream inside. Whatever was not read is not verified. */
  @Override
  public void close() throws IOException {
    in.close();
  }

  private int readInside(byte[] bytes, int offset, int length) throws IOException {
    try {
      return in.read(bytes, offset, length);
    } catch (IOException | RuntimeException e) {
      // Some bytes may be lost; what comes next must not be taken for their place.
      failure = () -> new ImageException(what + ": an earlier read failed", e);
      throw e;
    }
  }

  private void verifyDigest() throws DigestMismatchException {
    if (verified) {
      return;
    }
    Digest found = digester.finish();
    if (!found.equals(expected)) {
      throw fail(expected.toString(), found.toString());
    }
    verified = true;
  }

  private DigestMismatchException fail(String promised, String found) {
    failure = () -> new DigestMismatchException(what, promised, found);
    return new DigestMismatchException(what, promised, found);
  }

  /** A new exception for each read: one thrown twice could not be added to itself as suppressed. */
  private interface Failure {
    IOException again();
  }
}
