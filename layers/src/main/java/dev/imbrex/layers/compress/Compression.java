package dev.imbrex.layers.compress;

import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * How the bytes of an archive are stored. {@link #NONE}, {@link #GZIP} and {@link #ZSTD} are what a
 * layer can have (OCI image-spec 1.1, "Layer media types"); {@link #BZIP2} and {@link #XZ} are read
 * from archives of other origin, and only when asked for (LC-B2).
 */
public enum Compression {
  /** The bytes as they are. */
  NONE,
  /** Deflate in gzip members (RFC 1952). */
  GZIP,
  /** Zstandard frames (RFC 8878). Needs the library {@code com.github.luben:zstd-jni}. */
  ZSTD,
  /** Bzip2; read only. */
  BZIP2,
  /** LZMA2 in the xz format; read only. Needs the library {@code org.tukaani:xz}. */
  XZ;

  /** How many of the first bytes {@link #detect} looks at. */
  public static final int DETECTION_BYTES = 10;

  private static final byte[] GZIP_MAGIC = {0x1f, (byte) 0x8b, 8};
  private static final byte[] ZSTD_MAGIC = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
  private static final byte[] SKIPPABLE_TAIL = {0x2a, 0x4d, 0x18};
  private static final byte[] BZIP2_MAGIC = {'B', 'Z', 'h'};
  private static final byte[] BZIP2_BLOCK = {0x31, 0x41, 0x59, 0x26, 0x53, 0x59};
  private static final byte[] BZIP2_END = {0x17, 0x72, 0x45, 0x38, 0x50, (byte) 0x90};
  private static final byte[] XZ_MAGIC = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};

  /**
   * The compression that these first bytes of a stream show (LC-B1); {@link #NONE} if none is
   * recognised.
   *
   * @param first the first {@value #DETECTION_BYTES} bytes, or all if there are fewer
   */
  public static Compression detect(byte[] first) {
    return detect(first, 0, first.length);
  }

  static Compression detect(byte[] bytes, int from, int to) {
    if (matches(bytes, from, to, GZIP_MAGIC)) {
      return GZIP;
    }
    if (matches(bytes, from, to, ZSTD_MAGIC) || isSkippableFrame(bytes, from, to)) {
      return ZSTD;
    }
    if (matches(bytes, from, to, XZ_MAGIC)) {
      return XZ;
    }
    return isBzip2(bytes, from, to) ? BZIP2 : NONE;
  }

  /** Whether a layer can be stored in this way. */
  public boolean isForLayers() {
    return this == NONE || this == GZIP || this == ZSTD;
  }

  /**
   * Compresses to a stream with the default level.
   *
   * @param out where the compressed bytes go; never closed
   * @throws UnsupportedContentException if this is read only, or its library is not there
   */
  public CompressingOutputStream compressTo(OutputStream out) throws UnsupportedContentException {
    return CompressionOptions.of(this).compressTo(out);
  }

  private static boolean isSkippableFrame(byte[] bytes, int from, int to) {
    return from < to
        && (bytes[from] & 0xf0) == 0x50
        && matches(bytes, from + 1, to, SKIPPABLE_TAIL);
  }

  /** Looks at more than the three letters, for they can begin a file's name in a plain tar. */
  private static boolean isBzip2(byte[] bytes, int from, int to) {
    return matches(bytes, from, to, BZIP2_MAGIC)
        && to - from >= 4
        && bytes[from + 3] >= '1'
        && bytes[from + 3] <= '9'
        && (matches(bytes, from + 4, to, BZIP2_BLOCK) || matches(bytes, from + 4, to, BZIP2_END));
  }

  private static boolean matches(byte[] bytes, int from, int to, byte[] magic) {
    return to - from >= magic.length
        && Arrays.equals(bytes, from, from + magic.length, magic, 0, magic.length);
  }
}
