package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.compress.DecompressionLimits;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.manifest.error.LimitExceededException;

/**
 * How much a layer may hold before reading it fails with a {@link LimitExceededException} that
 * names the option (LC-C31 to C36). The lengths of names, paths and link targets are bounded by
 * their types, the directory entries by {@link #check}, since it takes a tree to know them.
 *
 * @param decompression the limits of the stream, of which {@link
 *     DecompressionLimits#uncompressedBytes} counts the holes of sparse files too
 * @param entries how many entries there are
 * @param depth how many names a path has
 * @param directoryEntries how many names one directory has, with those that other layers gave it
 * @param extensionBytes the size of one extended header or long name
 * @param extensionRecords how many records one extended header has
 * @param extensionHeaders how many extended headers and long names stand before one entry
 * @param xattrs how many extended attributes one entry has
 * @param xattrNameBytes the size of the name of one
 * @param xattrValueBytes the size of the value of one
 * @param xattrBytes the size of all names and values of one entry
 * @param sparseMapBytes the size of the map of a sparse file, as the archive has it
 * @param sparseSegments how many segments such a map names
 */
public record LayerLimits(
    DecompressionLimits decompression,
    long entries,
    long depth,
    long directoryEntries,
    long extensionBytes,
    long extensionRecords,
    long extensionHeaders,
    long xattrs,
    long xattrNameBytes,
    long xattrValueBytes,
    long xattrBytes,
    long sparseMapBytes,
    long sparseSegments) {
  private static final LayerLimits DEFAULTS =
      new LayerLimits(
          DecompressionLimits.defaults(),
          1_000_000,
          1024,
          1_000_000,
          1 << 20,
          1024,
          8,
          128,
          255,
          64 << 10,
          1 << 20,
          1 << 20,
          65_536);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one is negative, or one of those that bound memory is 2^30
   *     or more
   */
  public LayerLimits {
    requireNonNull(decompression);
    long any =
        entries
            | depth
            | directoryEntries
            | extensionBytes
            | extensionRecords
            | extensionHeaders
            | xattrs
            | xattrNameBytes
            | xattrValueBytes
            | xattrBytes
            | sparseMapBytes
            | sparseSegments;
    if (any < 0 || (extensionBytes | sparseMapBytes | sparseSegments) >= 1 << 30) {
      throw new IllegalArgumentException("A limit is negative, or too large to be kept in memory");
    }
  }

  /**
   * 1000000 entries of depth 1024, 1000000 names in one directory; 8 extended headers before an
   * entry, each of 1 MiB and 1024 records; 128 attributes with names of 255 bytes, values of 64 KiB
   * and 1 MiB in all; sparse maps of 1 MiB and 65536 segments.
   */
  public static LayerLimits defaults() {
    return DEFAULTS;
  }

  /** A copy with other limits of the stream. */
  public LayerLimits withDecompression(DecompressionLimits decompression) {
    return new LayerLimits(
        decompression,
        entries,
        depth,
        directoryEntries,
        extensionBytes,
        extensionRecords,
        extensionHeaders,
        xattrs,
        xattrNameBytes,
        xattrValueBytes,
        xattrBytes,
        sparseMapBytes,
        sparseSegments);
  }

  /** A copy with another number of entries. */
  public LayerLimits withEntries(long entries) {
    return new LayerLimits(
        decompression,
        entries,
        depth,
        directoryEntries,
        extensionBytes,
        extensionRecords,
        extensionHeaders,
        xattrs,
        xattrNameBytes,
        xattrValueBytes,
        xattrBytes,
        sparseMapBytes,
        sparseSegments);
  }

  /** A copy with another number of names in a path. */
  public LayerLimits withDepth(long depth) {
    return new LayerLimits(
        decompression,
        entries,
        depth,
        directoryEntries,
        extensionBytes,
        extensionRecords,
        extensionHeaders,
        xattrs,
        xattrNameBytes,
        xattrValueBytes,
        xattrBytes,
        sparseMapBytes,
        sparseSegments);
  }

  /** A copy with another number of names in one directory. */
  public LayerLimits withDirectoryEntries(long directoryEntries) {
    return new LayerLimits(
        decompression,
        entries,
        depth,
        directoryEntries,
        extensionBytes,
        extensionRecords,
        extensionHeaders,
        xattrs,
        xattrNameBytes,
        xattrValueBytes,
        xattrBytes,
        sparseMapBytes,
        sparseSegments);
  }

  /** A copy with another size of one extended header. */
  public LayerLimits withExtensionBytes(long extensionBytes) {
    return new LayerLimits(
        decompression,
        entries,
        depth,
        directoryEntries,
        extensionBytes,
        extensionRecords,
        extensionHeaders,
        xattrs,
        xattrNameBytes,
        xattrValueBytes,
        xattrBytes,
        sparseMapBytes,
        sparseSegments);
  }

  /** A copy with another number of records in one extended header. */
  public LayerLimits withExtensionRecords(long extensionRecords) {
    return new LayerLimits(
        decompression,
        entries,
        depth,
        directoryEntries,
        extensionBytes,
        extensionRecords,
        extensionHeaders,
        xattrs,
        xattrNameBytes,
        xattrValueBytes,
        xattrBytes,
        sparseMapBytes,
        sparseSegments);
  }

  /** A copy with another number of extended headers before one entry. */
  public LayerLimits withExtensionHeaders(long extensionHeaders) {
    return new LayerLimits(
        decompression,
        entries,
        depth,
        directoryEntries,
        extensionBytes,
        extensionRecords,
        extensionHeaders,
        xattrs,
        xattrNameBytes,
        xattrValueBytes,
        xattrBytes,
        sparseMapBytes,
        sparseSegments);
  }

  /** A copy with another number of extended attributes of one entry. */
  public LayerLimits withXattrs(long xattrs) {
    return new LayerLimits(
        decompression,
        entries,
        depth,
        directoryEntries,
        extensionBytes,
        extensionRecords,
        extensionHeaders,
        xattrs,
        xattrNameBytes,
        xattrValueBytes,
        xattrBytes,
        sparseMapBytes,
        sparseSegments);
  }

  /** A copy with another size of the name of an extended attribute. */
  public LayerLimits withXattrNameBytes(long xattrNameBytes) {
    return new LayerLimits(
        decompression,
        entries,
        depth,
        directoryEntries,
        extensionBytes,
        extensionRecords,
        extensionHeaders,
        xattrs,
        xattrNameBytes,
        xattrValueBytes,
        xattrBytes,
        sparseMapBytes,
        sparseSegments);
  }

  /** A copy with another size of the value of an extended attribute. */
  public LayerLimits withXattrValueBytes(long xattrValueBytes) {
    return new LayerLimits(
        decompression,
        entries,
        depth,
        directoryEntries,
        extensionBytes,
        extensionRecords,
        extensionHeaders,
        xattrs,
        xattrNameBytes,
        xattrValueBytes,
        xattrBytes,
        sparseMapBytes,
        sparseSegments);
  }

  /** A copy with another size of all extended attributes of one entry. */
  public LayerLimits withXattrBytes(long xattrBytes) {
    return new LayerLimits(
        decompression,
        entries,
        depth,
        directoryEntries,
        extensionBytes,
        extensionRecords,
        extensionHeaders,
        xattrs,
        xattrNameBytes,
        xattrValueBytes,
        xattrBytes,
        sparseMapBytes,
        sparseSegments);
  }

  /** A copy with another size of the map of a sparse file. */
  public LayerLimits withSparseMapBytes(long sparseMapBytes) {
    return new LayerLimits(
        decompression,
        entries,
        depth,
        directoryEntries,
        extensionBytes,
        extensionRecords,
        extensionHeaders,
        xattrs,
        xattrNameBytes,
        xattrValueBytes,
        xattrBytes,
        sparseMapBytes,
        sparseSegments);
  }

  /** A copy with another number of segments of a sparse file. */
  public LayerLimits withSparseSegments(long sparseSegments) {
    return new LayerLimits(
        decompression,
        entries,
        depth,
        directoryEntries,
        extensionBytes,
        extensionRecords,
        extensionHeaders,
        xattrs,
        xattrNameBytes,
        xattrValueBytes,
        xattrBytes,
        sparseMapBytes,
        sparseSegments);
  }

  /**
   * Checks what layers came to.
   *
   * @throws LimitExceededException if a directory has more names than {@link #directoryEntries}
   */
  public void check(FileTree tree) throws LimitExceededException {
    if (tree.largestDirectory() > directoryEntries) {
      throw new LimitExceededException(
          "a directory of " + tree.largestDirectory() + " names",
          "directoryEntries",
          directoryEntries);
    }
  }
}
