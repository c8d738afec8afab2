package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.time.Instant;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A directory; the children of one of the image are not known before they are needed. */
final class DirectoryInode extends Inode {
  private static final long SIZE = 4096;

  private final @Nullable Node origin;
  private final @Nullable TreePath originPath;
  private @Nullable SortedMap<ByteString, Inode> children;
  private @Nullable DirectoryInode parent;
  private ByteString name;

  /** A directory of the image. */
  DirectoryInode(long number, Node origin, TreePath originPath) {
    super(number, origin.metadata(), origin.metadata().mtime(), 1);
    this.origin = origin;
    this.originPath = originPath;
    this.name = originPath.isRoot() ? ByteString.empty() : originPath.name();
  }

  /** A new directory. */
  DirectoryInode(long number, Metadata metadata, Instant now) {
    super(number, metadata, now, 1);
    this.origin = null;
    this.originPath = null;
    this.name = ByteString.empty();
    this.children = new TreeMap<>();
  }

  /** The children, or null if they are those of the image, and nobody has looked yet. */
  @Nullable SortedMap<ByteString, Inode> loaded() {
    return children;
  }

  void load(SortedMap<ByteString, Inode> found) {
    children = found;
  }

  /** Where it lies in the image, or null if it is new. */
  @Nullable TreePath originPath() {
    return originPath;
  }

  /** Whether it lies at this path in the image. */
  boolean isFrom(TreePath path) {
    return originPath != null && originPath.equals(path);
  }

  /** The directory it is in; the root is in itself. */
  DirectoryInode parent() {
    return parent == null ? this : parent;
  }

  /** Its name; empty for the root. */
  ByteString name() {
    return name;
  }

  void place(DirectoryInode newParent, ByteString newName) {
    parent = newParent;
    name = newName;
  }

  /** Whether the other directory is this one or lies below it. */
  boolean holds(DirectoryInode other) {
    DirectoryInode at = other;
    while (at.number() != number() && at.parent().number() != at.number()) {
      at = at.parent();
    }
    return at.number() == number();
  }

  /** Two, and one for each directory in it; only right once the children are loaded. */
  @Override
  int links() {
    int links = 2;
    if (children != null) {
      for (Inode child : children.values()) {
        links += child.isDirectory() ? 1 : 0;
      }
    }
    return links;
  }

  @Override
  Node.Kind kind() {
    return Node.Kind.DIRECTORY;
  }

  @Override
  long size() {
    return SIZE;
  }

  @Override
  @Nullable Node origin() {
    return origin;
  }
}
