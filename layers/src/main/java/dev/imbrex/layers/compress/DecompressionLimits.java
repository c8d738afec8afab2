package dev.imbrex.layers.compress;

/**
 * How much a compressed stream may hold before reading it fails with a {@link
 * dev.imbrex.manifest.error.LimitExceededException} that names the option (LC-C31, C32, C36).
 *
 * <p>Beside these, a zstd frame's window has at most 128 MiB, which is what the format's readers
 * agree to support.
 *
 * @param compressedBytes how many stored bytes are read
 * @param uncompressedBytes how many bytes come out
 * @param ratio how many bytes may come out for one that is stored, judged after the first {@value
 *     #RATIO_FREE_BYTES}; not applied to gzip, whose format bounds it
 * @param members how many gzip members or zstd frames follow each other
 * @param emptyMembersInARow how many of them without content follow each other
 * @param gzipHeaderBytes the size of one gzip header
 */
public record DecompressionLimits(
    long compressedBytes,
    long uncompressedBytes,
    long ratio,
    long members,
    long emptyMembersInARow,
    long gzipHeaderBytes) {
  /** How many bytes may come out before the ratio is judged. */
  public static final long RATIO_FREE_BYTES = 1L << 30;

  private static final DecompressionLimits DEFAULTS =
      new DecompressionLimits(16L << 30, 32L << 30, 20_000, 4_000_000, 1000, 64 << 10);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is negative, or the ratio is 0
   */
  public DecompressionLimits {
    long all =
        compressedBytes
            | uncompressedBytes
            | ratio
            | members
            | emptyMembersInARow
            | gzipHeaderBytes;
    if (all < 0 || ratio == 0) {
      throw new IllegalArgumentException("A limit is negative, or the ratio 0");
    }
  }

  /** 16 GiB stored, 32 GiB uncompressed, 20000:1, 4000000 members, 1000 empty ones, 64 KiB. */
  public static DecompressionLimits defaults() {
    return DEFAULTS;
  }

  /** A copy with another number of stored bytes. */
  public DecompressionLimits withCompressedBytes(long compressedBytes) {
    return new DecompressionLimits(
        compressedBytes, uncompressedBytes, ratio, members, emptyMembersInARow, gzipHeaderBytes);
  }

  /** A copy with another number of uncompressed bytes. */
  public DecompressionLimits withUncompressedBytes(long uncompressedBytes) {
    return new DecompressionLimits(
        compressedBytes, uncompressedBytes, ratio, members, emptyMembersInARow, gzipHeaderBytes);
  }

  /** A copy with another ratio. */
  public DecompressionLimits withRatio(long ratio) {
    return new DecompressionLimits(
        compressedBytes, uncompressedBytes, ratio, members, emptyMembersInARow, gzipHeaderBytes);
  }

  /** A copy with another number of members or frames. */
  public DecompressionLimits withMembers(long members) {
    return new DecompressionLimits(
        compressedBytes, uncompressedBytes, ratio, members, emptyMembersInARow, gzipHeaderBytes);
  }

  /** A copy with another number of empty members or frames in a row. */
  public DecompressionLimits withEmptyMembersInARow(long emptyMembersInARow) {
    return new DecompressionLimits(
        compressedBytes, uncompressedBytes, ratio, members, emptyMembersInARow, gzipHeaderBytes);
  }

  /** A copy with another size of one gzip header. */
  public DecompressionLimits withGzipHeaderBytes(long gzipHeaderBytes) {
    return new DecompressionLimits(
        compressedBytes, uncompressedBytes, ratio, members, emptyMembersInARow, gzipHeaderBytes);
  }
}
