package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.Node;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A symbolic link, a device or a named pipe. */
final class LeafInode extends Inode {
  private final Node node;
  private final @Nullable Node origin;

  LeafInode(long number, Node node, @Nullable Node origin, Instant changed, int links) {
    super(number, node.metadata(), changed, links);
    this.node = node;
    this.origin = origin;
  }

  /** The node as it was made; its attributes may be old ones. */
  Node node() {
    return node;
  }

  @Override
  Node.Kind kind() {
    return node.kind();
  }

  @Override
  long size() {
    return node instanceof Node.Symlink link ? link.target().length() : 0;
  }

  @Override
  @Nullable Node origin() {
    return origin;
  }
}
