package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A regular file. */
final class FileInode extends Inode {
  private final FileData data;
  private final FileLocks locks = new FileLocks();
  private final Node.@Nullable RegularFile origin;

  /** How many channels are open on it. */
  private int handles;

  FileInode(
      long number,
      Metadata metadata,
      FileData data,
      Node.@Nullable RegularFile origin,
      Instant changed,
      int links) {
    super(number, metadata, changed, links);
    this.data = data;
    this.origin = origin;
  }

  FileData data() {
    return data;
  }

  FileLocks locks() {
    return locks;
  }

  void addHandle() {
    handles++;
  }

  void removeHandle() {
    handles--;
  }

  /** Whether nothing leads to the file any more. */
  boolean isGone() {
    return handles == 0 && links() == 0;
  }

  @Override
  Node.Kind kind() {
    return Node.Kind.REGULAR;
  }

  @Override
  long size() {
    return data.size();
  }

  @Override
  Node.@Nullable RegularFile origin() {
    return origin;
  }

  @Override
  boolean isChanged() {
    return super.isChanged() || (origin != null && !data.isStill(origin.content()));
  }
}
