package dev.imbrex.layers.layer;

import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.manifest.error.LimitExceededException;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** All headers of one entry, and what they come to when taken together. */
final class EntryHeaders {
  private static final long[] NO_DEVICE = {0, 0};

  private final RawHeader header;
  private final PaxHeader pax;
  private final byte @Nullable [] longName;
  private final byte @Nullable [] longLink;

  /**
   * Puts the headers together.
   *
   * @param longName the name in GNU's long form, if there is one
   * @param longLink the target in that form
   */
  EntryHeaders(
      RawHeader header, PaxHeader pax, byte @Nullable [] longName, byte @Nullable [] longLink) {
    this.header = header;
    this.pax = pax;
    this.longName = longName;
    this.longLink = longLink;
  }

  RawHeader header() {
    return header;
  }

  PaxHeader pax() {
    return pax;
  }

  /** The name, unless a sparse file has another one. */
  byte[] name() throws TarSyntaxException {
    return chosen(header.name(), pax.find("path"), longName, "names");
  }

  byte[] linkName() throws TarSyntaxException {
    return chosen(header.linkName(), pax.find("linkpath"), longLink, "targets");
  }

  /** The long form of GNU wins; with a record that says otherwise, readers differ (LC-B17). */
  private static byte[] chosen(
      byte[] plain, byte @Nullable [] record, byte @Nullable [] gnu, String what)
      throws TarSyntaxException {
    if (gnu == null || gnu.length == 0) {
      return record == null ? plain : record;
    }
    if (record != null && !Arrays.equals(record, gnu)) {
      throw new TarSyntaxException("the headers of the entry have two different " + what);
    }
    return gnu;
  }

  /**
   * Why other readers see another entry than Go's does, if they do (LC-C7). GNU tar and libarchive
   * were asked.
   *
   * @param sparse what makes it a sparse file, if it is one
   */
  @Nullable String otherView(SparseReader.@Nullable SparseFile sparse) {
    if (pax.hasEmptyRecord()) {
      return "an empty record stands for a field";
    }
    if (pax.hasSparseRecord() && (sparse == null || header.type() == 'S')) {
      return "records of a sparse file stand before one that is none, or is one by its header";
    }
    if (sparse != null && sparse.name() != null && longName != null) {
      return "a sparse file has a long name and one in records";
    }
    if ((longName != null && longName.length == 0) || (longLink != null && longLink.length == 0)) {
      return "a long name is empty";
    }
    return header.otherView();
  }

  /** The kind, as Go decides on it: before a sparse file's name is known. */
  TarEntry.Kind kind() throws TarSyntaxException {
    return switch (header.type()) {
      case '\0' -> TarFormat.endsInSlash(name()) ? TarEntry.Kind.DIRECTORY : TarEntry.Kind.REGULAR;
      case '0', '7', 'S' -> TarEntry.Kind.REGULAR;
      case '1' -> TarEntry.Kind.HARD_LINK;
      case '2' -> TarEntry.Kind.SYMLINK;
      case '3' -> TarEntry.Kind.CHARACTER_DEVICE;
      case '4' -> TarEntry.Kind.BLOCK_DEVICE;
      case '5' -> TarEntry.Kind.DIRECTORY;
      case '6' -> TarEntry.Kind.FIFO;
      default -> throw new AssertionError(header.type());
    };
  }

  /** How many bytes the data has in the archive, if the kind has any (LC-B13). */
  long storedSize() throws TarSyntaxException {
    return pax.number("size", header.size());
  }

  /** Major and minor number. Go refuses broken numbers whatever the type, so all are read. */
  long[] device(TarEntry.Kind kind) throws TarSyntaxException {
    long major = pax.number(TarFormat.SCHILY_MAJOR, header.major());
    long minor = pax.number(TarFormat.SCHILY_MINOR, header.minor());
    boolean isDevice = kind == TarEntry.Kind.CHARACTER_DEVICE || kind == TarEntry.Kind.BLOCK_DEVICE;
    if (!isDevice) {
      return NO_DEVICE;
    }
    requireAgreement(header.major(), major);
    requireAgreement(header.minor(), minor);
    if (Math.max(major, minor) > Node.Device.MAX_NUMBER) {
      throw new TarSyntaxException("the device number " + Math.max(major, minor) + " is too large");
    }
    return new long[] {major, minor};
  }

  /**
   * A record counts where the field cannot hold the number (LC-A41). Go does not know such records,
   * so elsewhere it must say what the field says (LC-C7).
   */
  private static void requireAgreement(long field, long number) throws TarSyntaxException {
    boolean isForTheField = number <= TarFormat.MAX_OCTAL_ID || field != 0;
    if (number != field && isForTheField) {
      throw new TarSyntaxException(
          "the headers of the entry have two different device numbers: " + field + ", " + number);
    }
  }

  /** The mode loses the type bits that old layers have in it (LC-A52). */
  Metadata metadata() throws TarSyntaxException, LimitExceededException {
    long uid = pax.number("uid", header.uid());
    long gid = pax.number("gid", header.gid());
    if (Math.max(uid, gid) > Metadata.MAX_ID) {
      throw new TarSyntaxException("the owner " + Math.max(uid, gid) + " is too large");
    }
    Metadata metadata = Metadata.of((int) (header.mode() & 07777), uid, gid, mtime());
    var xattrs = pax.xattrs();
    return xattrs.isEmpty() ? metadata : metadata.withXattrs(xattrs);
  }

  private Instant mtime() throws TarSyntaxException {
    requireTime("atime");
    requireTime("ctime");
    long seconds = header.mtimeSeconds();
    byte[] record = pax.find("mtime");
    if (record != null) {
      return TarTimes.parse(record);
    }
    if (seconds < Instant.MIN.getEpochSecond() || seconds > Instant.MAX.getEpochSecond()) {
      throw new TarSyntaxException("the time " + seconds + " is out of range");
    }
    return Instant.ofEpochSecond(seconds);
  }

  /** Go refuses broken ones, though nobody takes them for anything. */
  private void requireTime(String key) throws TarSyntaxException {
    byte[] record = pax.find(key);
    if (record != null) {
      TarTimes.parse(record);
    }
  }
}
