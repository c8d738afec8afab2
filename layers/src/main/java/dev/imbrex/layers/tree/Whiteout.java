package dev.imbrex.layers.tree;

import dev.imbrex.manifest.error.MalformedContentException;
import java.util.Arrays;

/**
 * What the name of a layer's entry says beside naming a node: names that start with {@code .wh.}
 * stand for removals (OCI image-spec 1.1, "Whiteouts"; LC-B36 to LC-B42).
 */
public enum Whiteout {
  /** No whiteout: the entry is a node. */
  NONE,
  /** {@code .wh.NAME}: removes NAME from the lower tree. */
  SINGLE,
  /** {@code .wh..wh..opq}: hides all that the directory holds in the lower tree. */
  OPAQUE,
  /** A file in {@code .wh..wh.plnk} at the root: never visible, but may be linked to. */
  LINK_SOURCE,
  /** Any other name starting {@code .wh..wh.}: bookkeeping of AUFS, of no effect. */
  LEFTOVER;

  /** What the names of whiteouts start with. */
  public static final ByteString PREFIX = ByteString.of(".wh.");

  /** The name that makes its directory opaque. */
  public static final ByteString OPAQUE_NAME = ByteString.of(".wh..wh..opq");

  private static final ByteString AUFS_PREFIX = ByteString.of(".wh..wh.");
  private static final TreePath LINK_SOURCES = TreePath.root().child(".wh..wh.plnk");

  /**
   * What the path of an entry says.
   *
   * @param path the whole path of the entry, whiteout prefix included
   * @throws MalformedContentException if the last name is {@code .wh.}, {@code .wh..} or {@code
   *     .wh...}, which would remove the directory itself or its parent (LC-B39), or an earlier name
   *     starts with {@code .wh.} (LC-B42)
   */
  public static Whiteout of(TreePath path) throws MalformedContentException {
    if (!hasReservedName(path)) {
      return NONE;
    }
    TreePath parent = path.parent();
    if (isLinkSource(path)) {
      return LINK_SOURCE;
    }
    if (!parent.startsWith(LINK_SOURCES) && hasReservedName(parent)) {
      throw new MalformedContentException(
          "layer", "entry " + path, "a directory cannot have a name starting with .wh.");
    }
    return parent.startsWith(LINK_SOURCES) ? LEFTOVER : ofName(path);
  }

  /**
   * The path that a {@link #SINGLE} whiteout removes.
   *
   * @throws IllegalArgumentException if the last name does not start with {@code .wh.} or nothing
   *     follows it
   */
  public static TreePath removedBy(TreePath path) {
    ByteString name = path.name();
    if (!name.startsWith(PREFIX)) {
      throw new IllegalArgumentException(path + " is not a whiteout");
    }
    return path.parent().child(name.substring(PREFIX.length()));
  }

  /**
   * The path of the whiteout that removes this one.
   *
   * @throws IllegalArgumentException if the whiteout's name would be longer than a name can be
   * @throws IllegalStateException if this is the root, which cannot be removed
   */
  public static TreePath removalOf(TreePath path) {
    byte[] name = path.name().shared();
    byte[] marked = Arrays.copyOf(PREFIX.shared(), PREFIX.length() + name.length);
    System.arraycopy(name, 0, marked, PREFIX.length(), name.length);
    return path.parent().child(marked);
  }

  /** The path of the entry that makes this directory opaque. */
  public static TreePath opaqueMarkOf(TreePath directory) {
    return directory.child(OPAQUE_NAME);
  }

  /** Whether a node of this path cannot be written to a layer, for a name starts as a whiteout. */
  public static boolean hasReservedName(TreePath path) {
    return path.hasNameThatStarts(PREFIX);
  }

  static boolean isLinkSource(TreePath path) {
    return path.isIn(LINK_SOURCES);
  }

  private static Whiteout ofName(TreePath path) throws MalformedContentException {
    ByteString name = path.name();
    if (!name.startsWith(PREFIX)) {
      return NONE;
    }
    if (name.equals(OPAQUE_NAME)) {
      return OPAQUE;
    }
    if (name.startsWith(AUFS_PREFIX)) {
      return LEFTOVER;
    }
    String removed = name.substring(PREFIX.length()).toString();
    if (removed.isEmpty() || removed.equals(".") || removed.equals("..")) {
      throw new MalformedContentException(
          "layer", "entry " + path, "a whiteout must name what it removes");
    }
    return SINGLE;
  }
}
