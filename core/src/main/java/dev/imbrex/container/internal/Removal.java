package dev.imbrex.container.internal;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;

/** Takes names away. */
final class Removal {
  private Removal() {}

  static void remove(VirtualFileSystem fileSystem, VirtualPath path) throws IOException {
    fileSystem.change(
        namespace -> {
          Place place = PathWalk.find(namespace, path, false);
          Inode inode = place.require(path);
          switch (NameText.of(path.lastName())) {
            case "." -> throw Reasons.invalid(path);
            case ".." -> throw new DirectoryNotEmptyException(path.toString());
            default -> requireRemovable(namespace, place, inode, path);
          }
          namespace.unbind(place.directory(), place.name(), fileSystem.now());
        });
  }

  /** Checks that what is at a place may go. */
  static void requireRemovable(Namespace namespace, Place place, Inode inode, VirtualPath path)
      throws IOException {
    if (place.isRoot()) {
      throw Reasons.busy(path);
    }
    if (inode instanceof DirectoryInode directory && !namespace.children(directory).isEmpty()) {
      throw new DirectoryNotEmptyException(path.toString());
    }
  }
}
