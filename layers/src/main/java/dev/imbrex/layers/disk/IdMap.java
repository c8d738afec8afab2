package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which users and groups of an image are which on the host, as in a user namespace (LC-A61,
 * LC-B66). Trees and layers name owners as the container knows them; a directory that belongs to a
 * namespace has the host's. Ids in POSIX ACLs are mapped like owners. Immutable.
 */
public final class IdMap {
  private static final IdMap IDENTITY =
      of(
          List.of(new Range(0, 0, Metadata.MAX_ID + 1)),
          List.of(new Range(0, 0, Metadata.MAX_ID + 1)));

  private final List<Range> uids;
  private final List<Range> gids;

  /** Whether every id there is stays as it is: a disk has no others. */
  private final boolean isIdentity;

  /**
   * Consecutive ids that are consecutive on the other side too.
   *
   * @param container the first id in the container
   * @param host the first id on the host
   * @param count how many there are
   */
  public record Range(long container, long host, long count) {
    /**
     * Checks the range.
     *
     * @throws IllegalArgumentException if the count is not positive, or an id is not within 0 to
     *     {@link Metadata#MAX_ID}
     */
    public Range {
      boolean isWithin =
          container >= 0 && host >= 0 && count > 0 && count <= Metadata.MAX_ID + 1 - container;
      if (!isWithin || count > Metadata.MAX_ID + 1 - host) {
        throw new IllegalArgumentException(
            container + ":" + host + ":" + count + " is not a range of ids");
      }
    }

    private boolean overlaps(Range other) {
      return meet(container, other.container, other.count) || meet(host, other.host, other.count);
    }

    private boolean meet(long first, long otherFirst, long otherCount) {
      return first < otherFirst + otherCount && otherFirst < first + count;
    }
  }

  private IdMap(List<Range> uids, List<Range> gids) {
    this.uids = checked(uids);
    this.gids = checked(gids);
    List<Range> all = List.of(new Range(0, 0, Metadata.MAX_ID + 1));
    this.isIdentity = this.uids.equals(all) && this.gids.equals(all);
  }

  /** Every id is the same on both sides. */
  public static IdMap identity() {
    return IDENTITY;
  }

  /**
   * The map of these ranges; an id in none of them has no counterpart.
   *
   * @throws IllegalArgumentException if an id is in two ranges for users, or two for groups
   */
  public static IdMap of(List<Range> uids, List<Range> gids) {
    return new IdMap(uids, gids);
  }

  /**
   * The map of someone without privilege: 0:0 in the container is this user and group on the host,
   * and there is nobody else.
   *
   * @throws IllegalArgumentException if an id is not within 0 to {@link Metadata#MAX_ID}
   */
  public static IdMap ofUser(long uid, long gid) {
    return of(List.of(new Range(0, uid, 1)), List.of(new Range(0, gid, 1)));
  }

  /** The user on the host who is this one in the container, if there is one. */
  public OptionalLong findHostUid(long uid) {
    return toHost(uids, uid);
  }

  /** The group on the host that is this one in the container, if there is one. */
  public OptionalLong findHostGid(long gid) {
    return toHost(gids, gid);
  }

  /** The user in the container who is this one on the host, if there is one. */
  public OptionalLong findContainerUid(long uid) {
    return toContainer(uids, uid);
  }

  /** The group in the container that is this one on the host, if there is one. */
  public OptionalLong findContainerGid(long gid) {
    return toContainer(gids, gid);
  }

  /**
   * The attributes as a disk has them: owners, and ids in ACLs.
   *
   * @param path whose attributes they are, for the message
   * @throws UnsupportedContentException if an id is not in the map
   * @throws MalformedContentException if an ACL cannot be read
   */
  Metadata toHost(TreePath path, Metadata metadata) throws ImageException {
    if (equals(IDENTITY)) {
      return metadata;
    }
    return withAcls(path, metadata, true)
        .withOwner(hostUid(path, metadata.uid()), hostGid(path, metadata.gid()));
  }

  /** The attributes as an image has them; fails as {@link #toHost} does. */
  Metadata toContainer(TreePath path, Metadata metadata) throws ImageException {
    if (equals(IDENTITY)) {
      return metadata;
    }
    return withAcls(path, metadata, false)
        .withOwner(containerUid(path, metadata.uid()), containerGid(path, metadata.gid()));
  }

  /** As {@link #findContainerUid}; fails, naming the path, if there is none. */
  long containerUid(TreePath path, long uid) throws UnsupportedContentException {
    return isIdentity ? uid : require(path, "user", uid, findContainerUid(uid));
  }

  /** As {@link #findContainerGid}; fails, naming the path, if there is none. */
  long containerGid(TreePath path, long gid) throws UnsupportedContentException {
    return isIdentity ? gid : require(path, "group", gid, findContainerGid(gid));
  }

  /** The attributes with the ids in ACLs mapped, and the owners as they are. */
  Metadata withAcls(TreePath path, Metadata metadata, boolean toHost) throws ImageException {
    if (isIdentity || metadata.xattrs().keySet().stream().noneMatch(PosixAcl::isName)) {
      return metadata;
    }
    SortedMap<ByteString, ByteString> mapped = new TreeMap<>(metadata.xattrs());
    for (Map.Entry<ByteString, ByteString> xattr : mapped.entrySet()) {
      if (PosixAcl.isName(xattr.getKey())) {
        xattr.setValue(
            PosixAcl.withIds(
                path,
                xattr.getValue(),
                uid -> toHost ? hostUid(path, uid) : containerUid(path, uid),
                gid -> toHost ? hostGid(path, gid) : containerGid(path, gid)));
      }
    }
    return metadata.withXattrs(mapped);
  }

  private long hostUid(TreePath path, long uid) throws UnsupportedContentException {
    return require(path, "user", uid, findHostUid(uid));
  }

  private long hostGid(TreePath path, long gid) throws UnsupportedContentException {
    return require(path, "group", gid, findHostGid(gid));
  }

  private static long require(TreePath path, String kind, long id, OptionalLong mapped)
      throws UnsupportedContentException {
    return mapped.orElseThrow(
        () ->
            new UnsupportedContentException(
                kind + " " + id + " of " + path + " is not in the id map; give it a range there"));
  }

  private static OptionalLong toHost(List<Range> ranges, long id) {
    for (Range range : ranges) {
      if (id >= range.container && id - range.container < range.count) {
        return OptionalLong.of(range.host + (id - range.container));
      }
    }
    return OptionalLong.empty();
  }

  private static OptionalLong toContainer(List<Range> ranges, long id) {
    for (Range range : ranges) {
      if (id >= range.host && id - range.host < range.count) {
        return OptionalLong.of(range.container + (id - range.host));
      }
    }
    return OptionalLong.empty();
  }

  private static List<Range> checked(List<Range> ranges) {
    for (int i = 0; i < ranges.size(); i++) {
      for (int j = 0; j < i; j++) {
        if (ranges.get(i).overlaps(ranges.get(j))) {
          throw new IllegalArgumentException(
              "id ranges overlap: " + ranges.get(j) + " and " + ranges.get(i));
        }
      }
    }
    return List.copyOf(ranges);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IdMap that && uids.equals(that.uids) && gids.equals(that.gids);
  }

  @Override
  public int hashCode() {
    return 31 * uids.hashCode() + gids.hashCode();
  }

  @Override
  public String toString() {
    return "users " + uids + ", groups " + gids;
  }
}
