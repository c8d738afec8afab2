package dev.imbrex.layers.compress;

import static java.util.Objects.checkFromIndexSize;
import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * Decompresses a stream whose compression is recognised by its first bytes, whatever a media type
 * or a file name says (LC-B1).
 *
 * <p>Framing is strict. All gzip members and all zstd frames count, their checksums are verified,
 * and the end is reported only if the stored stream was read to its end and holds nothing else; the
 * one exception are zero bytes behind gzip data, which are counted in {@link #trailingZeros} (LC-B3
 * to LC-B5). What is not so fails with a {@link
 * dev.imbrex.manifest.error.MalformedContentException}; after a failure every further read fails.
 * Memory is bounded, and {@link DecompressionLimits} bound the rest. Belongs to one thread.
 */
public final class DecompressingInputStream extends InputStream {
  private final StoredBytes in;
  private final Compression compression;
  private final DecompressionLimits limits;
  private final Decoder decoder;
  private final byte[] single = new byte[1];

  private long count;
  private boolean closed;
  private @Nullable Exception failure;

  private final @Nullable CheckpointCollector collector;

  private DecompressingInputStream(
      StoredBytes in,
      Compression compression,
      DecompressionLimits limits,
      Decoder decoder,
      @Nullable CheckpointCollector collector) {
    this.in = in;
    this.compression = compression;
    this.limits = limits;
    this.decoder = decoder;
    this.collector = collector;
  }

  private static DecompressingInputStream recognised(
      InputStream in, DecompressionLimits limits, @Nullable CheckpointCollector collector)
      throws IOException {
    StoredBytes stored = new StoredBytes(requireNonNull(in), limits.compressedBytes());
    stored.require(Compression.DETECTION_BYTES);
    Compression compression = Compression.detect(stored.buffer, 0, stored.end);
    Decoder decoder =
        switch (compression) {
          case NONE -> stored::read;
          case GZIP -> new GzipDecoder(stored, limits, collector);
          case ZSTD -> Libraries.zstd(() -> new ZstdDecoder(stored, limits));
          case BZIP2 -> ForeignDecoder.bzip2(stored);
          case XZ -> ForeignDecoder.xz(stored, limits);
        };
    return new DecompressingInputStream(stored, compression, limits, decoder, collector);
  }

  /**
   * Reads what is stored as a layer can be: plain, gzip or zstd.
   *
   * @param in the stored bytes; closed by {@link #close} of the result, and left open if this fails
   * @throws UnsupportedContentException if it is bzip2 or xz (LC-B2), or the library for zstd is
   *     not there
   */
  public static DecompressingInputStream open(InputStream in, DecompressionLimits limits)
      throws IOException {
    return requireForLayers(recognised(in, limits, null));
  }

  /**
   * Reads what is stored as a layer can be, and notes on the way where one can begin later; {@link
   * #checkpoints} then tells.
   *
   * @param in as for {@link #open}
   * @throws UnsupportedContentException as {@link #open}
   */
  public static DecompressingInputStream openNoting(InputStream in, DecompressionLimits limits)
      throws IOException {
    return requireForLayers(recognised(in, limits, new CheckpointCollector()));
  }

  /**
   * Reads from a place on. What comes is what came there when the place was noted, as long as the
   * stored bytes are the same; nothing of it is verified before the next member of gzip begins.
   *
   * @param in the stored bytes from {@link Checkpoint#storedOffset} on; closed by {@link #close} of
   *     the result
   */
  public static DecompressingInputStream openAt(
      InputStream in, Checkpoint place, DecompressionLimits limits) {
    StoredBytes stored = new StoredBytes(requireNonNull(in), limits.compressedBytes());
    DecompressingInputStream opened =
        new DecompressingInputStream(
            stored, Compression.GZIP, limits, new GzipDecoder(stored, limits, place), null);
    opened.count = place.offset();
    return opened;
  }

  private static DecompressingInputStream requireForLayers(DecompressingInputStream opened)
      throws UnsupportedContentException {
    if (!opened.compression.isForLayers()) {
      opened.decoder.release();
      throw new UnsupportedContentException(
          "A layer cannot be compressed with " + opened.compression);
    }
    return opened;
  }

  /**
   * Reads what is stored in any way {@link Compression} names.
   *
   * @param in the stored bytes; closed by {@link #close} of the result, and left open if this fails
   * @throws UnsupportedContentException if the library for zstd is not there; that for xz is missed
   *     at the first read
   */
  public static DecompressingInputStream openAny(InputStream in, DecompressionLimits limits)
      throws IOException {
    return recognised(in, limits, null);
  }

  /** The compression that was recognised. */
  public Compression compression() {
    return compression;
  }

  /** How many zero bytes stood behind the compressed data; known once the end was read. */
  public long trailingZeros() {
    return decoder.trailingZeros();
  }

  /**
   * The places that were noted; all of them once the end was read.
   *
   * @return none if they were not asked for, or the compression has none
   */
  public Checkpoints checkpoints() {
    return collector == null ? Checkpoints.none() : collector.finish(in.count());
  }

  @Override
  public int read() throws IOException {
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    checkFromIndexSize(offset, length, bytes.length);
    if (closed) {
      throw new ImageException("The stream is closed");
    }
    if (failure != null) {
      throw new ImageException("An earlier read failed: " + failure.getMessage(), failure);
    }
    if (length == 0) {
      return 0;
    }
    try {
      int read = decoder.decode(bytes, offset, length);
      count += Math.max(read, 0);
      checkLimits();
      return read;
    } catch (IOException | RuntimeException e) {
      failure = e;
      throw e;
    }
  }

  /** Closes the stored stream too. */
  @Override
  public void close() throws IOException {
    closed = true;
    decoder.release();
    in.close();
  }

  private void checkLimits() throws LimitExceededException {
    if (count > limits.uncompressedBytes()) {
      throw new LimitExceededException(
          "uncompressed content", "uncompressedBytes", limits.uncompressedBytes());
    }
    boolean isBounded = compression == Compression.NONE || compression == Compression.GZIP;
    if (!isBounded && count > limits.ratioFreeBytes() && count / limits.ratio() > in.count()) {
      throw new LimitExceededException("the expansion of content", "ratio", limits.ratio());
    }
  }
}
