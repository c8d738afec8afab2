package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.FileStatus;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a node has and the disk could not hold, with what the disk held instead (LC-B64). Each part
 * counts as long as the disk still says the same of that attribute (LC-B65).
 *
 * <p>Start with {@link #of} and the status of what was written, then name what is missing. Owners
 * are those of the tree, not mapped; those of the disk are as the disk has them.
 *
 * @param disk what the disk says of the file
 * @param diskTarget the target of the symbolic link on the disk, else null
 * @param special the kind, and device numbers, for which an empty regular file stands, else null
 * @param mode the mode, or -1
 * @param uid the user, or -1
 * @param gid the group, or -1
 * @param mtime the time, or null
 * @param target the target of the symbolic link, or null
 * @param xattrs the extended attributes that are missing on the disk
 * @param group the number of the link group, of which the disk has copies; 0 for none (LC-B57)
 */
record OverrideRecord(
    Disk disk,
    @Nullable ByteString diskTarget,
    @Nullable Special special,
    int mode,
    long uid,
    long gid,
    @Nullable Instant mtime,
    @Nullable ByteString target,
    SortedMap<ByteString, ByteString> xattrs,
    long group) {
  private static final SortedMap<ByteString, ByteString> NONE =
      Collections.unmodifiableSortedMap(new TreeMap<>());

  /** One of each type, for most files are written without a loss. */
  private static final Map<FileStatus.Type, OverrideRecord> NOTHING = nothings();

  private static final ByteString CAPABILITY = ByteString.of("security.capability");

  /** What of a status is compared. */
  record Disk(FileStatus.Type type, int mode, long uid, long gid, Instant mtime, long size) {
    static Disk of(FileStatus status) {
      long size = status.type() == FileStatus.Type.REGULAR ? status.size() : 0;
      return new Disk(
          status.type(), status.mode(), status.uid(), status.gid(), status.mtime(), size);
    }

    /** Whether the content is, as far as anyone can tell, the same. */
    boolean hasContentOf(Disk other) {
      return size == other.size && mtime.equals(other.mtime);
    }
  }

  /** A device or named pipe; the numbers are 0 for a pipe. */
  record Special(Node.Kind kind, long major, long minor) {
    static Special of(Node node) {
      return node instanceof Node.Device device
          ? new Special(node.kind(), device.major(), device.minor())
          : new Special(node.kind(), 0, 0);
    }

    Node toNode(Metadata metadata) {
      return kind == Node.Kind.FIFO
          ? new Node.Fifo(metadata)
          : new Node.Device(metadata, kind, major, minor);
    }
  }

  OverrideRecord {
    xattrs = xattrs.isEmpty() ? NONE : Collections.unmodifiableSortedMap(new TreeMap<>(xattrs));
  }

  /**
   * A record that nothing is missing in yet.
   *
   * @param target of a symbolic link, what the disk has as target; else null
   */
  static OverrideRecord of(FileStatus status, @Nullable ByteString target) {
    return new OverrideRecord(Disk.of(status), target, null, -1, -1, -1, null, null, NONE, 0);
  }

  /** A record of a file that is still being written, in which nothing is missing yet. */
  static OverrideRecord nothing(FileStatus.Type type) {
    return Objects.requireNonNull(NOTHING.get(type));
  }

  private static Map<FileStatus.Type, OverrideRecord> nothings() {
    Map<FileStatus.Type, OverrideRecord> records = new EnumMap<>(FileStatus.Type.class);
    for (FileStatus.Type type : FileStatus.Type.values()) {
      Disk disk = new Disk(type, 0, 0, 0, Instant.EPOCH, 0);
      records.put(type, new OverrideRecord(disk, null, null, -1, -1, -1, null, null, NONE, 0));
    }
    return Collections.unmodifiableMap(records);
  }

  /** The same, with what the disk says of the file now that it is written. */
  OverrideRecord withDisk(FileStatus status, @Nullable ByteString target) {
    return new OverrideRecord(
        Disk.of(status), target, special, mode, uid, gid, mtime, this.target, xattrs, group);
  }

  /** Whether nothing is missing, so that there is nothing to record. */
  boolean isEmpty() {
    boolean hasAttribute = mode >= 0 || uid >= 0 || gid >= 0 || mtime != null || !xattrs.isEmpty();
    return !hasAttribute && special == null && target == null && group == 0;
  }

  /** The file is an empty one and stands for this device or named pipe. */
  OverrideRecord withSpecial(Node node) {
    return withSpecial(Special.of(node));
  }

  OverrideRecord withSpecial(Special special) {
    return new OverrideRecord(
        disk, diskTarget, special, mode, uid, gid, mtime, target, xattrs, group);
  }

  OverrideRecord withMode(int mode) {
    return new OverrideRecord(
        disk, diskTarget, special, mode, uid, gid, mtime, target, xattrs, group);
  }

  OverrideRecord withOwner(long uid, long gid) {
    return new OverrideRecord(
        disk, diskTarget, special, mode, uid, gid, mtime, target, xattrs, group);
  }

  OverrideRecord withMtime(Instant mtime) {
    return new OverrideRecord(
        disk, diskTarget, special, mode, uid, gid, mtime, target, xattrs, group);
  }

  OverrideRecord withTarget(ByteString target) {
    return new OverrideRecord(
        disk, diskTarget, special, mode, uid, gid, mtime, target, xattrs, group);
  }

  OverrideRecord withXattr(ByteString name, ByteString value) {
    SortedMap<ByteString, ByteString> more = new TreeMap<>(xattrs);
    more.put(name, value);
    return new OverrideRecord(
        disk, diskTarget, special, mode, uid, gid, mtime, target, more, group);
  }

  OverrideRecord withGroup(long group) {
    return new OverrideRecord(
        disk, diskTarget, special, mode, uid, gid, mtime, target, xattrs, group);
  }

  /** Whether the file is still the copy of the others in its group that it was made as. */
  boolean isStillInGroup(FileStatus now) {
    Disk today = Disk.of(now);
    return group != 0 && today.type() == disk.type() && today.hasContentOf(disk);
  }

  /** Whether the file is the empty one that stands for a device or named pipe. */
  boolean isPlaceholder(FileStatus now) {
    Disk today = Disk.of(now);
    return special != null && today.type() == disk.type() && today.size() == disk.size();
  }

  /** Whether the owner is recorded, and the file still has the one it was written with. */
  boolean hasOwnerFor(FileStatus now) {
    return uid >= 0 && now.type() == disk.type() && isOwnerOf(Disk.of(now));
  }

  /**
   * The node that is meant by what is on the disk.
   *
   * @param node what is on the disk, its owner mapped
   * @param now what the disk says today
   */
  Node restore(Node node, FileStatus now) {
    Disk today = Disk.of(now);
    if (today.type() != disk.type()) {
      return node;
    }
    Metadata metadata = restoredXattrs(restoredAttributes(node.metadata(), today), today);
    if (special != null && isPlaceholder(now)) {
      return special.toNode(metadata);
    }
    if (target != null
        && node instanceof Node.Symlink link
        && Objects.equals(link.target(), diskTarget)) {
      return new Node.Symlink(metadata, target);
    }
    return node.withMetadata(metadata);
  }

  private Metadata restoredAttributes(Metadata metadata, Disk today) {
    Metadata restored = metadata;
    if (mode >= 0 && today.mode() == disk.mode()) {
      restored = restored.withMode(mode);
    }
    if (uid >= 0 && isOwnerOf(today)) {
      restored = restored.withOwner(uid, gid);
    }
    if (mtime != null && today.mtime().equals(disk.mtime())) {
      restored = restored.withMtime(mtime);
    }
    return restored;
  }

  /** What the disk has wins. Capabilities end with the content or owner, as they do in a kernel. */
  private Metadata restoredXattrs(Metadata metadata, Disk today) {
    if (xattrs.isEmpty()) {
      return metadata;
    }
    SortedMap<ByteString, ByteString> all = new TreeMap<>(xattrs);
    if (!today.hasContentOf(disk) || !isOwnerOf(today)) {
      all.remove(CAPABILITY);
    }
    all.putAll(metadata.xattrs());
    return metadata.withXattrs(all);
  }

  private boolean isOwnerOf(Disk today) {
    return today.uid() == disk.uid() && today.gid() == disk.gid();
  }
}
