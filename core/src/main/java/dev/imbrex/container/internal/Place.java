package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where a path leads.
 *
 * @param directory the directory that holds the last name; the root for the root itself
 * @param name the last name; empty for the root
 * @param inode what is there, or null if nothing is
 */
record Place(DirectoryInode directory, ByteString name, @Nullable Inode inode) {
  static Place of(DirectoryInode directory) {
    return new Place(directory.parent(), directory.name(), directory);
  }

  boolean isRoot() {
    return name.isEmpty();
  }

  /** What is there. */
  Inode require(Path path) throws NoSuchFileException {
    if (inode == null) {
      throw new NoSuchFileException(path.toString());
    }
    return inode;
  }
}
