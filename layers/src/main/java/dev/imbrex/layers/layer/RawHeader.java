package dev.imbrex.layers.layer;

import dev.imbrex.manifest.error.LimitExceededException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One header block, as it stands (LC-B18, LC-B21, LC-B22). */
final class RawHeader {
  private enum Format {
    V7,
    USTAR,
    STAR,
    GNU
  }

  private static final int[] IDS = {TarFormat.MODE, TarFormat.UID, TarFormat.GID};

  private static final String TYPES = "\00001234567LKSxg";

  private final byte[] block;
  private final Format format;

  private RawHeader(byte[] block) {
    this.block = block;
    format = formatOf(block);
  }

  /**
   * Looks at a block.
   *
   * @param block a header block, which must not change while this is used
   */
  static RawHeader of(byte[] block) throws TarSyntaxException {
    RawHeader header = new RawHeader(block);
    header.requireChecksum();
    if (TYPES.indexOf(header.type()) < 0) {
      throw new TarSyntaxException(
          "the type flag is unknown: 0x" + Integer.toHexString(header.type()));
    }
    header.requireNumbers();
    return header;
  }

  char type() {
    return (char) (block[TarFormat.TYPE] & 0xff);
  }

  boolean isExtension() {
    return "LKxg".indexOf(type()) >= 0;
  }

  boolean isGnu() {
    return format == Format.GNU;
  }

  long mode() throws TarSyntaxException {
    return TarNumbers.unsigned(block, TarFormat.MODE, TarFormat.ID_LENGTH, "mode");
  }

  long uid() throws TarSyntaxException {
    return TarNumbers.unsigned(block, TarFormat.UID, TarFormat.ID_LENGTH, "uid");
  }

  long gid() throws TarSyntaxException {
    return TarNumbers.unsigned(block, TarFormat.GID, TarFormat.ID_LENGTH, "gid");
  }

  long size() throws TarSyntaxException {
    return TarNumbers.unsigned(block, TarFormat.SIZE, TarFormat.LONG_LENGTH, "size");
  }

  long mtimeSeconds() throws TarSyntaxException {
    return TarNumbers.signed(block, TarFormat.MTIME, TarFormat.LONG_LENGTH, "time");
  }

  long major() throws TarSyntaxException {
    return format == Format.V7 ? 0 : device(TarFormat.DEVICE_MAJOR);
  }

  long minor() throws TarSyntaxException {
    return format == Format.V7 ? 0 : device(TarFormat.DEVICE_MINOR);
  }

  byte[] linkName() {
    return text(TarFormat.LINK_NAME, TarFormat.NAME_LENGTH);
  }

  byte[] name() {
    byte[] name = text(TarFormat.NAME, TarFormat.NAME_LENGTH);
    byte[] prefix = prefix();
    if (prefix.length == 0) {
      return name;
    }
    byte[] joined = Arrays.copyOf(prefix, prefix.length + 1 + name.length);
    joined[prefix.length] = '/';
    System.arraycopy(name, 0, joined, prefix.length + 1, name.length);
    return joined;
  }

  /** Why other readers see another name here, or no header at all, if they do (LC-C7). */
  @Nullable String otherView() {
    for (int i = TarFormat.CHECKSUM; i < TarFormat.CHECKSUM + TarFormat.CHECKSUM_LENGTH; i++) {
      if ("\0 01234567".indexOf(block[i]) < 0) {
        return "the field of the checksum holds something else behind it";
      }
    }
    boolean hasPrefix = block[TarFormat.PREFIX] != 0;
    return switch (format) {
      case USTAR -> null;
      case STAR ->
          block[TarFormat.PREFIX + TarFormat.STAR_PREFIX_LENGTH - 1] == 0
              ? null
              : "the prefix fills its field in a header of star's form";
      case GNU -> {
        boolean hasMap = block[TarFormat.GNU_SPARSE] != 0 || block[TarFormat.GNU_IS_EXTENDED] != 0;
        if (hasMap && type() != 'S') {
          // Libarchive takes it for one, and what follows for more of its map.
          yield "a header of GNU's form has a map and is no sparse file's";
        }
        yield prefix().length == 0 ? null : "a header of GNU's form has a prefix, as of old Go's";
      }
      case V7 ->
          hasPrefix && has(block, TarFormat.MAGIC, TarFormat.SOME_MAGIC)
              ? "a header of no known form has a prefix"
              : null;
    };
  }

  /** The size of a sparse file in GNU's old form, holes included. */
  long sparseSize() throws TarSyntaxException {
    return TarNumbers.unsigned(
        block, TarFormat.GNU_REAL_SIZE, TarFormat.LONG_LENGTH, "size of the sparse file");
  }

  /** Adds the segments that the header has room for; tells whether others follow. */
  boolean addSparseSegments(SparseMap map) throws TarSyntaxException, LimitExceededException {
    addSparseSegments(block, TarFormat.GNU_SPARSE, TarFormat.GNU_SPARSE_SLOTS, map);
    return block[TarFormat.GNU_IS_EXTENDED] != 0;
  }

  /** Adds the segments of a block that continues the map; tells whether others follow. */
  static boolean addMoreSparseSegments(byte[] extension, SparseMap map)
      throws TarSyntaxException, LimitExceededException {
    addSparseSegments(extension, 0, TarFormat.GNU_EXTENSION_SLOTS, map);
    return extension[TarFormat.GNU_EXTENSION_IS_EXTENDED] != 0;
  }

  private static void addSparseSegments(byte[] block, int at, int slots, SparseMap map)
      throws TarSyntaxException, LimitExceededException {
    int length = TarFormat.LONG_LENGTH;
    for (int i = 0; i < slots && block[at + 2 * i * length] != 0; i++) {
      int slot = at + 2 * i * length;
      map.add(
          TarNumbers.unsigned(block, slot, length, "start of a segment"),
          TarNumbers.unsigned(block, slot + length, length, "length of a segment"));
    }
  }

  /** Go reads them all, those that mean nothing too, and refuses broken ones. */
  private void requireNumbers() throws TarSyntaxException {
    for (int at : IDS) {
      TarNumbers.signed(block, at, TarFormat.ID_LENGTH, "mode or owner");
    }
    TarNumbers.signed(block, TarFormat.SIZE, TarFormat.LONG_LENGTH, "size");
    TarNumbers.signed(block, TarFormat.MTIME, TarFormat.LONG_LENGTH, "time");
    if (format != Format.V7) {
      TarNumbers.signed(block, TarFormat.DEVICE_MAJOR, TarFormat.ID_LENGTH, "device number");
      TarNumbers.signed(block, TarFormat.DEVICE_MINOR, TarFormat.ID_LENGTH, "device number");
    }
    if (format == Format.STAR) {
      TarNumbers.signed(block, TarFormat.STAR_ATIME, TarFormat.LONG_LENGTH, "time of access");
      TarNumbers.signed(block, TarFormat.STAR_CTIME, TarFormat.LONG_LENGTH, "time of change");
    }
  }

  private long device(int at) throws TarSyntaxException {
    return TarNumbers.unsigned(block, at, TarFormat.ID_LENGTH, "device number");
  }

  private byte[] prefix() {
    return switch (format) {
      case V7 -> TarHeader.NOTHING;
      case USTAR -> text(TarFormat.PREFIX, TarFormat.PREFIX_LENGTH);
      case STAR -> text(TarFormat.PREFIX, TarFormat.STAR_PREFIX_LENGTH);
      case GNU -> hasGnuTimes() ? TarHeader.NOTHING : asciiPrefix();
    };
  }

  /** Old writers of Go put a prefix where GNU's form has two times (LC-B22). */
  private boolean hasGnuTimes() {
    try {
      for (int at : new int[] {TarFormat.GNU_ATIME, TarFormat.GNU_CTIME}) {
        if (block[at] != 0) {
          TarNumbers.signed(block, at, TarFormat.LONG_LENGTH, "time");
        }
      }
      return true;
    } catch (TarSyntaxException e) {
      return false;
    }
  }

  private byte[] asciiPrefix() {
    byte[] prefix = text(TarFormat.PREFIX, TarFormat.PREFIX_LENGTH);
    return Utf8.isAscii(prefix) ? prefix : TarHeader.NOTHING;
  }

  private byte[] text(int at, int length) {
    int end = at;
    while (end < at + length && block[end] != 0) {
      end++;
    }
    return end == at ? TarHeader.NOTHING : Arrays.copyOfRange(block, at, end);
  }

  /** Some programs of old summed signed bytes. */
  private void requireChecksum() throws TarSyntaxException {
    long expected =
        TarNumbers.octal(block, TarFormat.CHECKSUM, TarFormat.CHECKSUM_LENGTH, "checksum");
    int after = TarFormat.CHECKSUM + TarFormat.CHECKSUM_LENGTH;
    int blanks = ' ' * TarFormat.CHECKSUM_LENGTH;
    int unsigned =
        unsignedSum(0, TarFormat.CHECKSUM) + blanks + unsignedSum(after, TarFormat.BLOCK);
    if (expected == unsigned) {
      return;
    }
    int signed = signedSum(0, TarFormat.CHECKSUM) + blanks + signedSum(after, TarFormat.BLOCK);
    if (expected != signed) {
      throw new TarSyntaxException("the checksum of the header is wrong");
    }
  }

  private int unsignedSum(int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += block[i] & 0xff;
    }
    return sum;
  }

  private int signedSum(int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i++) {
      sum += block[i];
    }
    return sum;
  }

  private static Format formatOf(byte[] block) {
    if (has(block, TarFormat.MAGIC, TarFormat.USTAR_MAGIC)) {
      boolean isStar = has(block, TarFormat.STAR_TRAILER, TarFormat.STAR_MAGIC);
      return isStar ? Format.STAR : Format.USTAR;
    }
    return has(block, TarFormat.MAGIC, TarFormat.GNU_MAGIC_AND_VERSION) ? Format.GNU : Format.V7;
  }

  private static boolean has(byte[] block, int at, byte[] expected) {
    return Arrays.equals(block, at, at + expected.length, expected, 0, expected.length);
  }
}
