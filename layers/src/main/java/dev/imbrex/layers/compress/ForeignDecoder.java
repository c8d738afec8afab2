package dev.imbrex.layers.compress;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.MemoryLimitException;
import org.tukaani.xz.XZInputStream;

/** Reads the formats that only foreign archives have, with the libraries for them (LC-B2). */
final class ForeignDecoder implements Decoder {
  /** Opens a decoder of the library, which reads from the stream at once. */
  private interface Opening {
    InputStream open(InputStream in) throws IOException;
  }

  private final StoredBytes in;
  private final String format;
  private final Opening opening;
  private @Nullable InputStream decoder;

  private ForeignDecoder(StoredBytes in, String format, Opening opening) {
    this.in = in;
    this.format = format;
    this.opening = opening;
  }

  static Decoder bzip2(StoredBytes in) {
    return new ForeignDecoder(in, "bzip2", stored -> new BZip2CompressorInputStream(stored, true));
  }

  static Decoder xz(StoredBytes in, DecompressionLimits limits) {
    long bytes = limits.xzMemoryBytes();
    return new ForeignDecoder(in, "xz", stored -> Libraries.xz(() -> Xz.open(stored, bytes)));
  }

  /** Apart, for the library must be there to link the class that names it. */
  private static final class Xz {
    static InputStream open(InputStream stored, long memoryBytes) throws IOException {
      int kib = (int) Math.min(memoryBytes >> 10, Integer.MAX_VALUE);
      return new FilterInputStream(new XZInputStream(stored, kib)) {
        // The filters of a block, and what they take, are known when it begins.
        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          try {
            return super.read(bytes, offset, length);
          } catch (MemoryLimitException e) {
            throw new LimitExceededException(
                "the memory for xz data, which takes " + e.getMemoryNeeded() + " KiB,",
                "xzMemoryBytes",
                memoryBytes);
          }
        }
      };
    }
  }

  @Override
  public int decode(byte[] bytes, int offset, int length) throws IOException {
    try {
      if (decoder == null) {
        decoder = opening.open(in);
      }
      int read = decoder.read(bytes, offset, length);
      if (read < 0 && in.hasMore()) {
        throw new MalformedContentException(format + " data", "", "other bytes follow it");
      }
      return read;
    } catch (ImageException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // The libraries also meet broken content with unchecked exceptions.
      IOException failure = in.failure();
      if (failure != null) {
        throw failure;
      }
      throw new MalformedContentException(format + " data", "", String.valueOf(e.getMessage()), e);
    }
  }
}
