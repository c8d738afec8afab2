package dev.imbrex.layers.compress;

/**
 * How much a compressed stream may hold before reading it fails with a {@link
 * dev.imbrex.manifest.error.LimitExceededException} that names the option (LC-C31, C32, C36).
 *
 * @param compressedBytes how many stored bytes are read
 * @param uncompressedBytes how many bytes come out
 * @param ratio how many bytes may come out for one that is stored; not applied to gzip, whose
 *     format bounds it
 * @param ratioFreeBytes how many bytes may come out before the ratio is judged
 * @param members how many gzip members or zstd frames follow each other
 * @param emptyMembersInARow how many of them without content follow each other
 * @param gzipHeaderBytes the size of one gzip header
 * @param zstdWindowBytes the size of the window of one zstd frame, which is memory outside the
 *     heap; at most {@value #GREATEST_ZSTD_WINDOW}, which is what the format's readers agree to
 *     support
 * @param xzMemoryBytes how much memory the decoder for xz may take, in whole KiB
 */
public record DecompressionLimits(
    long compressedBytes,
    long uncompressedBytes,
    long ratio,
    long ratioFreeBytes,
    long members,
    long emptyMembersInARow,
    long gzipHeaderBytes,
    long zstdWindowBytes,
    long xzMemoryBytes) {
  /** The largest window of a zstd frame that can be read: 128 MiB. */
  public static final long GREATEST_ZSTD_WINDOW = 128L << 20;

  private static final DecompressionLimits DEFAULTS =
      new DecompressionLimits(
          16L << 30,
          32L << 30,
          20_000,
          1L << 30,
          4_000_000,
          1000,
          64 << 10,
          GREATEST_ZSTD_WINDOW,
          256L << 20);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is negative, the ratio is 0, or the window of zstd is
   *     larger than {@value #GREATEST_ZSTD_WINDOW}
   */
  public DecompressionLimits {
    long all =
        compressedBytes
            | uncompressedBytes
            | ratio
            | ratioFreeBytes
            | members
            | emptyMembersInARow
            | gzipHeaderBytes
            | zstdWindowBytes
            | xzMemoryBytes;
    if (all < 0 || ratio == 0 || zstdWindowBytes > GREATEST_ZSTD_WINDOW) {
      throw new IllegalArgumentException(
          "A limit is negative, the ratio 0, or the window of zstd over " + GREATEST_ZSTD_WINDOW);
    }
  }

  /**
   * 16 GiB stored, 32 GiB uncompressed; 20000:1 after the first GiB; 4000000 members, 1000 empty
   * ones in a row, headers of 64 KiB; zstd windows of 128 MiB, 256 MiB for xz.
   */
  public static DecompressionLimits defaults() {
    return DEFAULTS;
  }

  /** A copy with another number of stored bytes. */
  public DecompressionLimits withCompressedBytes(long compressedBytes) {
    return new DecompressionLimits(
        compressedBytes,
        uncompressedBytes,
        ratio,
        ratioFreeBytes,
        members,
        emptyMembersInARow,
        gzipHeaderBytes,
        zstdWindowBytes,
        xzMemoryBytes);
  }

  /** A copy with another number of uncompressed bytes. */
  public DecompressionLimits withUncompressedBytes(long uncompressedBytes) {
    return new DecompressionLimits(
        compressedBytes,
        uncompressedBytes,
        ratio,
        ratioFreeBytes,
        members,
        emptyMembersInARow,
        gzipHeaderBytes,
        zstdWindowBytes,
        xzMemoryBytes);
  }

  /** A copy with another ratio. */
  public DecompressionLimits withRatio(long ratio) {
    return new DecompressionLimits(
        compressedBytes,
        uncompressedBytes,
        ratio,
        ratioFreeBytes,
        members,
        emptyMembersInARow,
        gzipHeaderBytes,
        zstdWindowBytes,
        xzMemoryBytes);
  }

  /** A copy with another number of bytes before the ratio is judged. */
  public DecompressionLimits withRatioFreeBytes(long ratioFreeBytes) {
    return new DecompressionLimits(
        compressedBytes,
        uncompressedBytes,
        ratio,
        ratioFreeBytes,
        members,
        emptyMembersInARow,
        gzipHeaderBytes,
        zstdWindowBytes,
        xzMemoryBytes);
  }

  /** A copy with another number of members or frames. */
  public DecompressionLimits withMembers(long members) {
    return new DecompressionLimits(
        compressedBytes,
        uncompressedBytes,
        ratio,
        ratioFreeBytes,
        members,
        emptyMembersInARow,
        gzipHeaderBytes,
        zstdWindowBytes,
        xzMemoryBytes);
  }

  /** A copy with another number of empty members or frames in a row. */
  public DecompressionLimits withEmptyMembersInARow(long emptyMembersInARow) {
    return new DecompressionLimits(
        compressedBytes,
        uncompressedBytes,
        ratio,
        ratioFreeBytes,
        members,
        emptyMembersInARow,
        gzipHeaderBytes,
        zstdWindowBytes,
        xzMemoryBytes);
  }

  /** A copy with another size of one gzip header. */
  public DecompressionLimits withGzipHeaderBytes(long gzipHeaderBytes) {
    return new DecompressionLimits(
        compressedBytes,
        uncompressedBytes,
        ratio,
        ratioFreeBytes,
        members,
        emptyMembersInARow,
        gzipHeaderBytes,
        zstdWindowBytes,
        xzMemoryBytes);
  }

  /** A copy with another size of the window of a zstd frame. */
  public DecompressionLimits withZstdWindowBytes(long zstdWindowBytes) {
    return new DecompressionLimits(
        compressedBytes,
        uncompressedBytes,
        ratio,
        ratioFreeBytes,
        members,
        emptyMembersInARow,
        gzipHeaderBytes,
        zstdWindowBytes,
        xzMemoryBytes);
  }

  /** A copy with another amount of memory for xz. */
  public DecompressionLimits withXzMemoryBytes(long xzMemoryBytes) {
    return new DecompressionLimits(
        compressedBytes,
        uncompressedBytes,
        ratio,
        ratioFreeBytes,
        members,
        emptyMembersInARow,
        gzipHeaderBytes,
        zstdWindowBytes,
        xzMemoryBytes);
  }
}
