package dev.imbrex.layers.layer;

import dev.imbrex.layers.compress.CompressingOutputStream;
import dev.imbrex.layers.compress.DecompressingInputStream;
import dev.imbrex.layers.compress.DecompressionLimits;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.DigestingOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Takes a tar in as a layer: its bytes stay as they are, so its diffID is its own digest (LC-D14,
 * LC-D15); only the compression around them changes. It is read as a tar on the way, so that
 * nothing else gets in.
 */
public final class TarImport {
  private TarImport() {}

  /**
   * Copies a tar into a layer.
   *
   * @param in a tar, plain or compressed with gzip, zstd, bzip2 or xz; left open
   * @param options how the layer is compressed; times stay as they are
   * @param out takes the stored bytes; left open
   * @throws dev.imbrex.manifest.error.MalformedContentException if it is no tar that every engine
   *     reads alike
   */
  public static LayerSummary copy(InputStream in, LayerOptions options, OutputStream out)
      throws IOException {
    DigestingOutputStream stored = DigestingOutputStream.sha256(out);
    // Closed by nobody: that would close the caller's stream.
    DecompressingInputStream plain =
        DecompressingInputStream.openAny(in, DecompressionLimits.defaults());
    try (CompressingOutputStream compressor = options.compression().compressTo(stored)) {
      DigestingOutputStream tar = DigestingOutputStream.sha256(compressor);
      TarReader reader = TarReader.of(new CopyingInputStream(plain, tar));
      while (reader.next() != null) {
        // Read for its errors; the bytes go where they go.
      }
      compressor.finish();
      return new LayerSummary(
          new DiffId(tar.digest()),
          stored.digest(),
          stored.size(),
          tar.size(),
          reader.payloadSize(),
          reader.entryCount(),
          options.compression().compression());
    }
  }

  /** Writes all that is read from it to another stream, too. */
  private static final class CopyingInputStream extends InputStream {
    private final InputStream in;
    private final OutputStream copy;

    CopyingInputStream(InputStream in, OutputStream copy) {
      this.in = in;
      this.copy = copy;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int count = in.read(bytes, offset, length);
      if (count > 0) {
        copy.write(bytes, offset, count);
      }
      return count;
    }
  }
}
