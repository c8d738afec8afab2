package dev.imbrex.layers.tree;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A directory with its children, as trees hold and share it: two arrays sorted by name, which is
 * the smallest form a child can have (two references, the name and the node), at the price that
 * changing one child copies the references to its siblings.
 */
final class Folder extends Node.Directory {
  private static final byte[][] NO_NAMES = {};
  private static final Node[] NO_NODES = {};

  private final byte[][] names;
  private final Node[] nodes;
  private final int count;
  private final int largest;
  private final long bytes;

  /** Takes the arrays as they are: equally long, names sorted as unsigned bytes. */
  Folder(Metadata metadata, byte[][] names, Node[] nodes) {
    super(metadata);
    this.names = names;
    this.nodes = nodes;
    int countBelow = names.length;
    int mostNames = names.length;
    long bytesBelow = 0;
    for (Node node : nodes) {
      if (node instanceof Folder folder) {
        countBelow += folder.count;
        mostNames = Math.max(mostNames, folder.largest);
        bytesBelow += folder.bytes;
      } else {
        bytesBelow += sizeOf(node);
      }
    }
    this.count = countBelow;
    this.largest = mostNames;
    this.bytes = bytesBelow;
  }

  static Folder empty(Metadata metadata) {
    return new Folder(metadata, NO_NAMES, NO_NODES);
  }

  static long sizeOf(Node node) {
    return node instanceof Node.RegularFile file ? file.content().size() : 0;
  }

  /** The number of children. */
  int size() {
    return names.length;
  }

  /** The name of a child; not to be written to. */
  byte[] name(int index) {
    return names[index];
  }

  Node node(int index) {
    return nodes[index];
  }

  /** The number of names at every depth below this directory. */
  int count() {
    return count;
  }

  /** The number of children of the directory that has most, this one or one below. */
  int largest() {
    return largest;
  }

  /** The sizes of the files below, summed over names: a file of two names counts twice. */
  long bytes() {
    return bytes;
  }

  int indexOf(byte[] name) {
    return Arrays.binarySearch(names, name, Arrays::compareUnsigned);
  }

  @Nullable Node find(byte[] name) {
    int index = indexOf(name);
    return index < 0 ? null : nodes[index];
  }

  /** The node at a path that is counted from this directory; symlinks are not followed. */
  @Nullable Node find(TreePath path) {
    return descend(this, path.components());
  }

  static @Nullable Node descend(Node from, TreePath.Components names) {
    Node node = from;
    while (names.hasNext()) {
      Node next = node instanceof Folder folder ? folder.find(names.next()) : null;
      if (next == null) {
        return null;
      }
      node = next;
    }
    return node;
  }
}
