package dev.imbrex.store;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.layers.compress.DecompressingInputStream;
import dev.imbrex.layers.compress.DecompressionLimits;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestingOutputStream;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.MediaType;
import dev.imbrex.manifest.error.DigestMismatchException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;

/**
 * The file of a layer in a Docker archive, and what it is. A plain tar is known by its diffID,
 * which is the digest of these very bytes, and checked when it is read. Nothing tells the digest of
 * a compressed one, so it is read once, and its diffID is checked on the way (SN-S14).
 *
 * @param descriptor its type, digest and size as stored
 * @param content its bytes
 */
record ArchivedLayer(Descriptor descriptor, ArchivedContent content) {
  private static final int BLOCK = 1 << 18;

  /**
   * Looks at a file.
   *
   * @param what the layer, for messages
   * @param diffId what its tar must be
   * @throws DigestMismatchException if it is compressed, and holds another tar
   * @throws UnsupportedContentException if it is compressed as layers are not
   */
  static ArchivedLayer of(
      ArchivedContent content, DiffId diffId, String what, DecompressionLimits limits)
      throws IOException {
    byte[] first;
    try (InputStream in = content.open(0, Compression.DETECTION_BYTES)) {
      first = in.readAllBytes();
    }
    MediaType type =
        switch (Compression.detect(first)) {
          case NONE -> MediaType.OCI_LAYER;
          case GZIP -> MediaType.OCI_LAYER_GZIP;
          case ZSTD -> MediaType.OCI_LAYER_ZSTD;
          case BZIP2, XZ ->
              throw new UnsupportedContentException(
                  what + " is compressed with " + Compression.detect(first));
        };
    Digest digest =
        type.equals(MediaType.OCI_LAYER)
            ? diffId.digest()
            : digestOfStored(content, diffId, what, limits);
    return new ArchivedLayer(Descriptor.of(type, digest, content.size()), content);
  }

  private static Digest digestOfStored(
      ArchivedContent content, DiffId diffId, String what, DecompressionLimits limits)
      throws IOException {
    DigestingOutputStream stored = DigestingOutputStream.sha256(OutputStream.nullOutputStream());
    DigestingOutputStream tar =
        DigestingOutputStream.of(
            diffId.digest().requireAlgorithm(), OutputStream.nullOutputStream());
    try (InputStream in = new Tee(content.open(), stored);
        DecompressingInputStream plain = DecompressingInputStream.open(in, limits)) {
      byte[] block = new byte[BLOCK];
      for (int read = plain.read(block); read >= 0; read = plain.read(block)) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("Interrupted while " + what + " is read");
        }
        tar.write(block, 0, read);
      }
    } catch (MalformedContentException e) {
      throw new MalformedContentException(what, "", String.valueOf(e.getMessage()), e);
    }
    if (!tar.digest().equals(diffId.digest())) {
      throw new DigestMismatchException(what, diffId.toString(), tar.digest().toString());
    }
    return stored.digest();
  }

  private static final class Tee extends FilterInputStream {
    private final OutputStream copy;

    Tee(InputStream in, OutputStream copy) {
      super(in);
      this.copy = copy;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int read = in.read(bytes, offset, length);
      if (read > 0) {
        copy.write(bytes, offset, read);
      }
      return read;
    }
  }
}
