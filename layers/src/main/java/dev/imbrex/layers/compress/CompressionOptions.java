package dev.imbrex.layers.compress;

import static java.util.Objects.requireNonNull;

import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.OutputStream;

/**
 * How to compress: the format and its level.
 *
 * @param compression the format, one that {@link Compression#isForLayers}
 * @param level 0 for {@link Compression#NONE}, 1 to 9 for {@link Compression#GZIP}, 1 to 19 for
 *     {@link Compression#ZSTD}; higher is slower and smaller
 * @param threads how many threads compress, at least 1, which is the caller's alone; further ones
 *     start when there is work for them and end before the stream is finished or closed. The bytes
 *     do not depend on it. Zstd uses as many threads of its native library, also if it is one
 */
public record CompressionOptions(Compression compression, int level, int threads) {
  private static final int GZIP_LEVEL = 6;
  private static final int ZSTD_LEVEL = 3;

  /** Beyond this many, what feeds them is the slower part. */
  private static final int MOST_THREADS = 8;

  /**
   * Checks the level.
   *
   * @throws IllegalArgumentException if it is not within the range of the format, or the format is
   *     read only, or there is no thread
   */
  public CompressionOptions {
    if (threads < 1) {
      throw new IllegalArgumentException(threads + " threads cannot compress");
    }
    int lowest = Math.min(1, highestLevel(compression));
    if (level < lowest || level > highestLevel(compression)) {
      throw new IllegalArgumentException(
          compression
              + " has levels "
              + lowest
              + " to "
              + highestLevel(compression)
              + ", not "
              + level);
    }
  }

  /**
   * A format and its level, with as many threads as there are processors, but no more than 8.
   *
   * @throws IllegalArgumentException if the level is not within the range of the format, or the
   *     format is read only
   */
  public CompressionOptions(Compression compression, int level) {
    this(compression, level, Math.min(MOST_THREADS, Runtime.getRuntime().availableProcessors()));
  }

  /**
   * The format with its default level: 6 for gzip, 3 for zstd.
   *
   * @throws IllegalArgumentException if the format is read only
   */
  public static CompressionOptions of(Compression compression) {
    return new CompressionOptions(
        compression,
        switch (compression) {
          case GZIP -> GZIP_LEVEL;
          case ZSTD -> ZSTD_LEVEL;
          case NONE, BZIP2, XZ -> 0;
        });
  }

  /**
   * The same format with another level.
   *
   * @throws IllegalArgumentException if it is not within the range of the format
   */
  public CompressionOptions withLevel(int level) {
    return new CompressionOptions(compression, level, threads);
  }

  /**
   * The same with another number of threads.
   *
   * @throws IllegalArgumentException if it is less than 1
   */
  public CompressionOptions withThreads(int threads) {
    return new CompressionOptions(compression, level, threads);
  }

  /**
   * Compresses to a stream.
   *
   * @param out where the compressed bytes go; never closed
   * @throws UnsupportedContentException if the library for the format is not there
   */
  public CompressingOutputStream compressTo(OutputStream out) throws UnsupportedContentException {
    requireNonNull(out);
    return switch (compression) {
      case NONE -> new PlainOutputStream(out);
      case GZIP -> new GzipOutputStream(out, level, threads);
      case ZSTD -> Libraries.zstd(() -> new ZstdOutputStream(out, level, threads));
      case BZIP2, XZ -> throw new AssertionError(compression);
    };
  }

  private static int highestLevel(Compression compression) {
    return switch (compression) {
      case NONE -> 0;
      case GZIP -> 9;
      case ZSTD -> 19;
      case BZIP2, XZ ->
          throw new IllegalArgumentException(compression + " is read, but never written");
    };
  }
}
