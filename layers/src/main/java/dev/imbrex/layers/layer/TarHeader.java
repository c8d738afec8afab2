package dev.imbrex.layers.layer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What stands in front of one entry's data, and how it is encoded: in a ustar block if all of it
 * fits there exactly, the rest in PAX records (LC-A40, LC-A41). One instance serves all entries.
 */
final class TarHeader {
  static final byte[] NOTHING = new byte[0];
  static final SortedMap<ByteString, ByteString> NO_XATTRS =
      Collections.unmodifiableSortedMap(new TreeMap<>());

  private static final byte[] PAX_NAME = "././@PaxHeader".getBytes(US_ASCII);
  private static final byte[] BINARY = "BINARY".getBytes(US_ASCII);

  /** The greatest name that a prefix, a slash and a name can make. */
  private static final int MAX_SPLIT = TarFormat.PREFIX_LENGTH + 1 + TarFormat.NAME_LENGTH;

  char type;
  byte[] name = NOTHING;
  byte[] target = NOTHING;
  long size;
  long major;
  long minor;
  private int mode;
  private long uid;
  private long gid;
  private Instant mtime = Instant.EPOCH;
  private SortedMap<ByteString, ByteString> xattrs = NO_XATTRS;

  private final PaxRecords records = new PaxRecords();

  /** Starts a new entry. */
  void reset(char type, byte[] name) {
    this.type = type;
    this.name = name;
    target = NOTHING;
    size = 0;
    major = 0;
    minor = 0;
  }

  void setMetadata(Metadata metadata, Instant mtime, SortedMap<ByteString, ByteString> xattrs) {
    mode = metadata.mode();
    uid = metadata.uid();
    gid = metadata.gid();
    this.mtime = mtime;
    this.xattrs = xattrs;
  }

  /**
   * The records for what does not fit the block: the character set first, the others sorted by key
   * (LC-A46). Empty if all fits.
   */
  PaxRecords records() {
    records.clear();
    boolean putsName = !fitsName();
    boolean putsTarget = target.length > TarFormat.NAME_LENGTH || !Utf8.isAscii(target);
    if ((putsName && !Utf8.isValid(name)) || (putsTarget && !Utf8.isValid(target))) {
      records.put("hdrcharset", BINARY);
    }
    boolean hasXattrs = !xattrs.isEmpty();
    if (hasXattrs) {
      XattrKeys.putEncoded(xattrs, records);
      XattrKeys.putWindows(xattrs, records);
    }
    putIfOver(TarFormat.MAX_OCTAL_ID, TarFormat.SCHILY_MAJOR, major);
    putIfOver(TarFormat.MAX_OCTAL_ID, TarFormat.SCHILY_MINOR, minor);
    if (hasXattrs) {
      XattrKeys.putPlain(xattrs, records);
    }
    putIfOver(TarFormat.MAX_OCTAL_ID, "gid", gid);
    if (putsTarget) {
      records.put("linkpath", target);
    }
    if (!fitsMtime()) {
      records.put("mtime", TarTimes.print(mtime));
    }
    if (putsName) {
      records.put("path", name);
    }
    putIfOver(TarFormat.MAX_OCTAL_LONG, "size", size);
    putIfOver(TarFormat.MAX_OCTAL_ID, "uid", uid);
    return records;
  }

  /** Writes the block; what does not fit stands there as zero, or cut. */
  void encode(byte[] block, int at) {
    Arrays.fill(block, at, at + TarFormat.BLOCK, (byte) 0);
    encodeName(block, at);
    octal(block, at + TarFormat.MODE, TarFormat.ID_LENGTH, mode);
    octal(block, at + TarFormat.UID, TarFormat.ID_LENGTH, uid);
    octal(block, at + TarFormat.GID, TarFormat.ID_LENGTH, gid);
    octal(block, at + TarFormat.SIZE, TarFormat.LONG_LENGTH, size);
    long seconds = Math.max(mtime.getEpochSecond(), 0);
    octal(block, at + TarFormat.MTIME, TarFormat.LONG_LENGTH, seconds);
    block[at + TarFormat.TYPE] = (byte) type;
    int targetLength = Math.min(target.length, TarFormat.NAME_LENGTH);
    copyAscii(target, 0, targetLength, block, at + TarFormat.LINK_NAME);
    octal(block, at + TarFormat.DEVICE_MAJOR, TarFormat.ID_LENGTH, major);
    octal(block, at + TarFormat.DEVICE_MINOR, TarFormat.ID_LENGTH, minor);
    finish(block, at);
  }

  /** Writes the block before records, in which all but the size is constant (LC-A46). */
  static void encodePax(byte[] block, int at, int recordsLength) {
    Arrays.fill(block, at, at + TarFormat.BLOCK, (byte) 0);
    System.arraycopy(PAX_NAME, 0, block, at + TarFormat.NAME, PAX_NAME.length);
    octal(block, at + TarFormat.MODE, TarFormat.ID_LENGTH, 0644);
    octal(block, at + TarFormat.UID, TarFormat.ID_LENGTH, 0);
    octal(block, at + TarFormat.GID, TarFormat.ID_LENGTH, 0);
    octal(block, at + TarFormat.SIZE, TarFormat.LONG_LENGTH, recordsLength);
    octal(block, at + TarFormat.MTIME, TarFormat.LONG_LENGTH, 0);
    block[at + TarFormat.TYPE] = 'x';
    octal(block, at + TarFormat.DEVICE_MAJOR, TarFormat.ID_LENGTH, 0);
    octal(block, at + TarFormat.DEVICE_MINOR, TarFormat.ID_LENGTH, 0);
    finish(block, at);
  }

  private boolean fitsName() {
    return Utf8.isAscii(name) && (name.length <= TarFormat.NAME_LENGTH || splittingSlash() > 0);
  }

  private boolean fitsMtime() {
    long seconds = mtime.getEpochSecond();
    return seconds >= 0 && seconds <= TarFormat.MAX_OCTAL_LONG && mtime.getNano() == 0;
  }

  /** The slash at which a long name comes apart, or 0. A directory's last slash is none. */
  private int splittingSlash() {
    if (name.length > MAX_SPLIT) {
      return 0;
    }
    int slash = Math.min(TarFormat.PREFIX_LENGTH, name.length - 2);
    while (slash > 0 && name[slash] != '/') {
      slash--;
    }
    return name.length - slash - 1 <= TarFormat.NAME_LENGTH ? slash : 0;
  }

  private void encodeName(byte[] block, int at) {
    int slash = name.length > TarFormat.NAME_LENGTH && Utf8.isAscii(name) ? splittingSlash() : 0;
    if (slash > 0) {
      System.arraycopy(name, 0, block, at + TarFormat.PREFIX, slash);
      System.arraycopy(name, slash + 1, block, at + TarFormat.NAME, name.length - slash - 1);
      return;
    }
    int length = Math.min(name.length, TarFormat.NAME_LENGTH);
    // Some readers take a file whose name was cut behind a slash for a directory.
    while (length < name.length && length > 1 && name[length - 1] == '/') {
      length--;
    }
    copyAscii(name, 0, length, block, at + TarFormat.NAME);
  }

  private void putIfOver(long greatest, String key, long value) {
    if (value > greatest) {
      records.put(key, Long.toString(value));
    }
  }

  private static void copyAscii(byte[] from, int offset, int length, byte[] to, int at) {
    for (int i = 0; i < length; i++) {
      byte b = from[offset + i];
      to[at + i] = b < 0 ? (byte) '_' : b;
    }
  }

  /** Digits up to the last place, which stays NUL; zero for what does not fit. */
  private static void octal(byte[] block, int at, int length, long value) {
    long greatest = (1L << (3 * (length - 1))) - 1;
    long rest = value > greatest ? 0 : value;
    for (int i = at + length - 2; i >= at; i--) {
      block[i] = (byte) ('0' + (rest & 7));
      rest >>>= 3;
    }
  }

  private static void finish(byte[] block, int at) {
    byte[] magic = TarFormat.USTAR_MAGIC_AND_VERSION;
    System.arraycopy(magic, 0, block, at + TarFormat.MAGIC, magic.length);
    int checksum = at + TarFormat.CHECKSUM;
    Arrays.fill(block, checksum, checksum + TarFormat.CHECKSUM_LENGTH, (byte) ' ');
    int sum = 0;
    for (int i = at; i < at + TarFormat.BLOCK; i++) {
      sum += block[i] & 0xff;
    }
    octal(block, checksum, TarFormat.CHECKSUM_LENGTH - 1, sum);
    block[checksum + TarFormat.CHECKSUM_LENGTH - 2] = 0;
  }
}
