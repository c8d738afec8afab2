package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * Finds what a path leads to, as the kernel does for a process whose root directory is that of the
 * file system: links are followed inside it, and {@code ..} in the root stays there.
 */
final class PathWalk {
  /** How many links are followed, as in Linux. */
  static final int MAX_LINKS = 40;

  private final Namespace namespace;
  private final VirtualPath path;
  private final boolean followLast;
  private final Deque<ByteString> ahead;
  private DirectoryInode at;
  private Place place;
  private int links;

  private PathWalk(Namespace namespace, VirtualPath path, boolean followLast) {
    this.namespace = namespace;
    this.path = path;
    this.followLast = followLast;
    this.ahead = new ArrayDeque<>(path.names());
    this.at = namespace.root();
    this.place = Place.of(at);
  }

  /**
   * Where the path leads; its last name need not be there.
   *
   * @param followLast whether a link as last name is followed; one that leads nowhere then leads to
   *     where a file would be made
   */
  static Place find(Namespace namespace, VirtualPath path, boolean followLast)
      throws FileSystemException {
    PathWalk walk = new PathWalk(namespace, path, followLast);
    while (!walk.ahead.isEmpty()) {
      walk.step(walk.ahead.remove());
    }
    return walk.place;
  }

  private void step(ByteString name) throws FileSystemException {
    if (isDots(name, 2)) {
      arrive(at.parent());
    } else if (name.isEmpty() || isDots(name, 1)) {
      arrive(at);
    } else if (name.length() > TreePath.MAX_NAME) {
      throw Reasons.nameTooLong(path);
    } else {
      enter(name);
    }
  }

  private void enter(ByteString name) throws FileSystemException {
    boolean last = ahead.isEmpty();
    Inode inode = namespace.find(at, name);
    if (inode instanceof LeafInode leaf
        && leaf.node() instanceof Node.Symlink link
        && (followLast || !last)) {
      follow(link);
    } else if (inode instanceof DirectoryInode directory) {
      arrive(directory);
    } else if (last) {
      place = new Place(at, name, inode);
    } else if (inode == null) {
      throw new NoSuchFileException(path.toString());
    } else {
      throw Reasons.notADirectory(path);
    }
  }

  private void arrive(DirectoryInode directory) {
    at = directory;
    place = Place.of(directory);
  }

  private void follow(Node.Symlink link) throws FileSystemException {
    if (++links > MAX_LINKS) {
      throw Reasons.tooManyLinks(path);
    }
    List<ByteString> target = VirtualPath.split(link.target());
    if (target.get(0).isEmpty()) {
      at = namespace.root();
    }
    for (int i = target.size() - 1; i >= 0; i--) {
      ahead.addFirst(target.get(i));
    }
  }

  private static boolean isDots(ByteString name, int count) {
    return name.length() == count && name.byteAt(0) == '.' && name.byteAt(count - 1) == '.';
  }
}
