package dev.imbrex.layers.tree;

import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The attributes that a node of any kind has: permissions, owner, modification time and extended
 * attributes (LC-M2). Immutable.
 */
public final class Metadata {
  /** The greatest id a user or group can have; 4294967295 means "unchanged" to the kernel. */
  public static final long MAX_ID = 4294967294L;

  private static final SortedMap<ByteString, ByteString> NO_XATTRS =
      Collections.unmodifiableSortedMap(new TreeMap<>());

  // Ids as unsigned ints and the time in parts: trees hold this value a million times.
  private final int mode;
  private final int uid;
  private final int gid;
  private final int mtimeNanos;
  private final long mtimeSeconds;
  private final SortedMap<ByteString, ByteString> xattrs;

  private static final Metadata FILE = ofMode(0644);
  private static final Metadata DIRECTORY = ofMode(0755);

  private Metadata(
      int mode,
      int uid,
      int gid,
      long mtimeSeconds,
      int mtimeNanos,
      SortedMap<ByteString, ByteString> xattrs) {
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
    this.mtimeSeconds = mtimeSeconds;
    this.mtimeNanos = mtimeNanos;
    this.xattrs = xattrs;
  }

  /**
   * The given permissions, owner 0:0, the epoch as modification time, no extended attributes.
   *
   * @param mode permissions with the set-id and sticky bits, {@code 0} to {@code 07777}
   * @throws IllegalArgumentException if there are other bits in the mode
   */
  public static Metadata ofMode(int mode) {
    return new Metadata(checkedMode(mode), 0, 0, 0, 0, NO_XATTRS);
  }

  /**
   * These permissions, owners and modification time, no extended attributes.
   *
   * @param mode permissions with the set-id and sticky bits, {@code 0} to {@code 07777}
   * @param uid the owning user, 0 to {@value #MAX_ID}
   * @param gid the owning group, 0 to {@value #MAX_ID}
   * @throws IllegalArgumentException if one of them is not within its range
   */
  public static Metadata of(int mode, long uid, long gid, Instant mtime) {
    return new Metadata(
        checkedMode(mode),
        checkedId(uid),
        checkedId(gid),
        mtime.getEpochSecond(),
        mtime.getNano(),
        NO_XATTRS);
  }

  /** What a file has when nothing is said: {@code 0644}, owner 0:0, the epoch. */
  public static Metadata forFile() {
    return FILE;
  }

  /** What a directory has when nothing is said: {@code 0755}, owner 0:0, the epoch (LC-B33). */
  public static Metadata forDirectory() {
    return DIRECTORY;
  }

  /** Permissions with the set-id and sticky bits, {@code 0} to {@code 07777}. */
  public int mode() {
    return mode;
  }

  /** The owning user, 0 to {@value #MAX_ID}. */
  public long uid() {
    return Integer.toUnsignedLong(uid);
  }

  /** The owning group, 0 to {@value #MAX_ID}. */
  public long gid() {
    return Integer.toUnsignedLong(gid);
  }

  /** The time of the last modification, to the nanosecond; may lie before 1970. */
  public Instant mtime() {
    return Instant.ofEpochSecond(mtimeSeconds, mtimeNanos);
  }

  /** The extended attributes, ordered by name; cannot be modified. */
  public SortedMap<ByteString, ByteString> xattrs() {
    return xattrs;
  }

  /**
   * A copy with these permissions.
   *
   * @throws IllegalArgumentException if the mode is not within {@code 0} to {@code 07777}
   */
  public Metadata withMode(int mode) {
    return mode == this.mode
        ? this
        : new Metadata(checkedMode(mode), uid, gid, mtimeSeconds, mtimeNanos, xattrs);
  }

  /**
   * A copy with these owners.
   *
   * @throws IllegalArgumentException if one is not within 0 to {@value #MAX_ID}
   */
  public Metadata withOwner(long uid, long gid) {
    int user = checkedId(uid);
    int group = checkedId(gid);
    return user == this.uid && group == this.gid
        ? this
        : new Metadata(mode, user, group, mtimeSeconds, mtimeNanos, xattrs);
  }

  /** A copy with this modification time. */
  public Metadata withMtime(Instant mtime) {
    return new Metadata(mode, uid, gid, mtime.getEpochSecond(), mtime.getNano(), xattrs);
  }

  /**
   * A copy with this extended attribute, in place of one of the same name.
   *
   * @throws IllegalArgumentException if the name is empty or holds a NUL
   */
  public Metadata withXattr(ByteString name, ByteString value) {
    SortedMap<ByteString, ByteString> more = new TreeMap<>(xattrs);
    more.put(name, value);
    return withXattrs(more);
  }

  /**
   * A copy with exactly these extended attributes.
   *
   * @throws IllegalArgumentException if a name is empty or holds a NUL
   */
  public Metadata withXattrs(Map<ByteString, ByteString> xattrs) {
    SortedMap<ByteString, ByteString> copy = new TreeMap<>();
    xattrs.forEach(
        (name, value) -> copy.put(checkedXattrName(name), Objects.requireNonNull(value)));
    return new Metadata(
        mode,
        uid,
        gid,
        mtimeSeconds,
        mtimeNanos,
        copy.isEmpty() ? NO_XATTRS : Collections.unmodifiableSortedMap(copy));
  }

  /** Whether all but the modification time is the same. */
  boolean equalsButTime(Metadata other) {
    return mode == other.mode
        && uid == other.uid
        && gid == other.gid
        && (xattrs.isEmpty() ? other.xattrs.isEmpty() : xattrs.equals(other.xattrs));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Metadata that
        && mtimeSeconds == that.mtimeSeconds
        && mtimeNanos == that.mtimeNanos
        && equalsButTime(that);
  }

  @Override
  public int hashCode() {
    int hash = mode;
    hash = 31 * hash + uid;
    hash = 31 * hash + gid;
    hash = 31 * hash + Long.hashCode(mtimeSeconds);
    hash = 31 * hash + mtimeNanos;
    return 31 * hash + xattrs.hashCode();
  }

  @Override
  public String toString() {
    return String.format("%04o", mode)
        + " "
        + uid()
        + ":"
        + gid()
        + " "
        + mtime()
        + (xattrs.isEmpty() ? "" : " " + xattrs);
  }

  private static int checkedMode(int mode) {
    if ((mode & ~07777) != 0) {
      throw new IllegalArgumentException(
          "mode " + Integer.toOctalString(mode) + " is not within 0 to 7777");
    }
    return mode;
  }

  private static int checkedId(long id) {
    if (id < 0 || id > MAX_ID) {
      throw new IllegalArgumentException("id " + id + " is not within 0 to " + MAX_ID);
    }
    return (int) id;
  }

  private static ByteString checkedXattrName(ByteString name) {
    boolean hasNul = false;
    for (int i = 0; i < name.length(); i++) {
      hasNul |= name.byteAt(i) == 0;
    }
    if (name.isEmpty() || hasNul) {
      throw new IllegalArgumentException("\"" + name + "\" cannot name an extended attribute");
    }
    return name;
  }
}
