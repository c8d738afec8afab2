package dev.imbrex.layers.layer;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.manifest.error.LimitExceededException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the maps of sparse files, which GNU tar has written in four forms (LC-B23; GNU tar manual,
 * "Storing Sparse Files").
 */
final class SparseReader {
  private final TarInput input;
  private final LayerLimits limits;

  SparseReader(TarInput input, LayerLimits limits) {
    this.input = input;
    this.limits = limits;
  }

  /**
   * What makes a file sparse.
   *
   * @param map where its stored bytes belong
   * @param size its size with the holes
   * @param name its name, if that stands apart
   * @param mapBytes how many bytes of the data were the map
   */
  record SparseFile(SparseMap map, long size, @Nullable ByteString name, long mapBytes) {}

  /**
   * The map of the entry whose headers were read last; null if it is not sparse. A map before the
   * data is taken from the stream.
   */
  @Nullable SparseFile read(EntryHeaders headers, TarEntry.Kind kind, long storedSize)
      throws IOException, TarSyntaxException {
    SparseFile sparse =
        headers.header().type() == 'S'
            ? inHeader(headers.header())
            : inRecords(headers.pax(), kind, storedSize);
    if (sparse != null) {
      requireRegular(kind);
      sparse.map().check(sparse.size(), storedSize - sparse.mapBytes());
    }
    return sparse;
  }

  private static void requireRegular(TarEntry.Kind kind) throws TarSyntaxException {
    if (kind != TarEntry.Kind.REGULAR) {
      throw new TarSyntaxException("an entry without data is sparse");
    }
  }

  /** The old form: the map is in the header and in blocks between it and the data. */
  private SparseFile inHeader(RawHeader header) throws IOException, TarSyntaxException {
    if (!header.isGnu()) {
      throw new TarSyntaxException("a sparse file has no header of GNU's form");
    }
    SparseMap map = new SparseMap(limits);
    byte[] extension = new byte[TarFormat.BLOCK];
    boolean hasMore = header.addSparseSegments(map);
    for (long bytes = 0; hasMore; bytes += TarFormat.BLOCK) {
      requireMapBytes(bytes + TarFormat.BLOCK);
      if (input.readBlock(extension) < TarFormat.BLOCK) {
        throw new TarSyntaxException("the archive ends within the map of a sparse file");
      }
      hasMore = RawHeader.addMoreSparseSegments(extension, map);
    }
    return new SparseFile(map, header.sparseSize(), null, 0);
  }

  /** The forms in records: 0.0 and 0.1 with the map there, 1.0 with it before the data. */
  private @Nullable SparseFile inRecords(PaxHeader pax, TarEntry.Kind kind, long storedSize)
      throws IOException, TarSyntaxException {
    byte[] majorBytes = pax.find(PaxHeader.SPARSE_MAJOR);
    byte[] minorBytes = pax.find(PaxHeader.SPARSE_MINOR);
    byte[] mapText = pax.find(PaxHeader.SPARSE_MAP);
    SparseMap pairs = pax.pairs();
    boolean hasVersion = majorBytes != null || minorBytes != null;
    if (!hasVersion && mapText == null && pairs == null) {
      return null;
    }
    long major = pax.number(PaxHeader.SPARSE_MAJOR, hasVersion ? -1 : 0);
    long minor = pax.number(PaxHeader.SPARSE_MINOR, hasVersion ? -1 : 0);
    boolean isMapInData = major == 1 && minor == 0;
    if (!isMapInData && (major != 0 || minor < 0 || minor > 1)) {
      throw new TarSyntaxException("the version of a sparse file's map is unknown");
    }
    byte[] nameBytes = pax.find(PaxHeader.SPARSE_NAME);
    ByteString name = nameBytes == null ? null : ByteString.of(nameBytes);
    long size =
        pax.number(PaxHeader.SPARSE_SIZE, pax.number(PaxHeader.SPARSE_REAL_SIZE, storedSize));
    if (isMapInData) {
      requireRegular(kind);
      return beforeData(size, name, storedSize);
    }
    if (mapText != null && pairs != null) {
      throw new TarSyntaxException("a sparse file has two maps");
    }
    SparseMap map = pairs;
    if (mapText != null) {
      map = mapOf(mapText);
    } else if (map == null) {
      map = new SparseMap(limits);
    }
    if (pax.number(PaxHeader.SPARSE_COUNT, -1) != map.count()) {
      throw new TarSyntaxException("the map of a sparse file has another number of segments");
    }
    return new SparseFile(map, size, name, 0);
  }

  private SparseMap mapOf(byte[] text) throws TarSyntaxException, LimitExceededException {
    requireMapBytes(text.length);
    SparseMap map = new SparseMap(limits);
    long start = -1;
    int from = 0;
    for (int i = 0; i <= text.length; i++) {
      if (i == text.length || text[i] == ',') {
        long number = TarNumbers.decimal(text, from, i, "map of a sparse file");
        if (start < 0) {
          start = number;
        } else {
          map.add(start, number);
          start = -1;
        }
        from = i + 1;
      }
    }
    if (start >= 0) {
      throw new TarSyntaxException("the segments of the sparse file are not pairs");
    }
    return map;
  }

  /** Lines of decimal numbers, padded to a block, stand before the data. */
  private SparseFile beforeData(long size, @Nullable ByteString name, long storedSize)
      throws IOException, TarSyntaxException {
    MapLines lines = new MapLines(storedSize);
    SparseMap map = new SparseMap(limits);
    long count = lines.number();
    if (count > limits.sparseSegments()) {
      throw new LimitExceededException(
          "the map of a sparse file", "sparseSegments", limits.sparseSegments());
    }
    for (long i = 0; i < count; i++) {
      long start = lines.number();
      map.add(start, lines.number());
    }
    return new SparseFile(map, size, name, lines.bytesRead);
  }

  private void requireMapBytes(long bytes) throws LimitExceededException {
    if (bytes > limits.sparseMapBytes()) {
      throw new LimitExceededException(
          "the map of a sparse file", "sparseMapBytes", limits.sparseMapBytes());
    }
  }

  /** Reads the lines of a map block by block. */
  private final class MapLines {
    private static final int MAX_DIGITS = 19;

    private final long available;
    private final byte[] lines = new byte[TarFormat.BLOCK];
    private final byte[] digits = new byte[MAX_DIGITS];
    private int at = TarFormat.BLOCK;
    private long bytesRead;

    MapLines(long available) {
      this.available = available;
    }

    long number() throws IOException, TarSyntaxException {
      int length = 0;
      for (byte b = nextByte(); b != '\n'; b = nextByte()) {
        if (length == MAX_DIGITS) {
          throw new TarSyntaxException("the map of a sparse file is not of decimal numbers");
        }
        digits[length++] = b;
      }
      return TarNumbers.decimal(digits, 0, length, "map of a sparse file");
    }

    private byte nextByte() throws IOException, TarSyntaxException {
      if (at == TarFormat.BLOCK) {
        requireMapBytes(bytesRead + TarFormat.BLOCK);
        if (bytesRead + TarFormat.BLOCK > available) {
          throw new TarSyntaxException("the map of a sparse file is longer than its data");
        }
        if (input.readBlock(lines) < TarFormat.BLOCK) {
          throw new TarSyntaxException("the archive ends within the map of a sparse file");
        }
        bytesRead += TarFormat.BLOCK;
        at = 0;
      }
      return lines[at++];
    }
  }
}
