package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import java.time.Instant;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The names and inodes of a file system: those of an image, made known when they are first asked
 * for, and what has changed. Its owner holds one lock around every call.
 */
final class Namespace {
  private final FileTree base;
  private final BlockStore store;
  private final LowerContents lowers;
  private final DirectoryInode root;

  /** The directories of the image that are known, by where they lie in it. */
  private final Map<TreePath, DirectoryInode> directories = new HashMap<>();

  /** The inodes of the image with several names. */
  private final IdentityHashMap<Node, Linked> linked = new IdentityHashMap<>();

  private long numbers = 1;

  /** An inode of the image with all its names there. */
  private record Linked(Inode inode, List<TreePath> names) {}

  Namespace(FileTree base, BlockStore store, LowerContents lowers) {
    this.base = base;
    this.store = store;
    this.lowers = lowers;
    this.root = register(base.find(TreePath.root()).orElseThrow(), TreePath.root());
  }

  FileTree base() {
    return base;
  }

  DirectoryInode root() {
    return root;
  }

  /** The children of a directory, by name; to be changed by {@link #bind} and its like alone. */
  SortedMap<ByteString, Inode> children(DirectoryInode directory) {
    SortedMap<ByteString, Inode> children = directory.loaded();
    if (children == null) {
      children = load(directory);
      directory.load(children);
    }
    return children;
  }

  @Nullable Inode find(DirectoryInode directory, ByteString name) {
    return children(directory).get(name);
  }

  private SortedMap<ByteString, Inode> load(DirectoryInode directory) {
    TreePath path = directory.originPath();
    if (path == null) {
      throw new AssertionError("a new directory has its children");
    }
    SortedMap<ByteString, Inode> children = new TreeMap<>();
    for (FileTree.Entry entry : list(path)) {
      Inode child =
          entry.node().isDirectory()
              ? directory(entry, directory)
              : leaf(entry.node(), base.linksOf(entry.path()));
      children.put(entry.path().name(), child);
    }
    return children;
  }

  private List<FileTree.Entry> list(TreePath path) {
    try {
      return base.list(path);
    } catch (ImageException e) {
      throw new AssertionError("a directory of the tree is one", e);
    }
  }

  private DirectoryInode directory(FileTree.Entry entry, DirectoryInode parent) {
    DirectoryInode directory = register(entry.node(), entry.path());
    directory.place(parent, entry.path().name());
    return directory;
  }

  private DirectoryInode register(Node node, TreePath path) {
    DirectoryInode directory = new DirectoryInode(numbers++, node, path);
    directories.put(path, directory);
    return directory;
  }

  private Inode leaf(Node node, List<TreePath> names) {
    if (names.size() == 1) {
      return leafOf(node, 1);
    }
    return linked
        .computeIfAbsent(node, key -> new Linked(leafOf(key, names.size()), names))
        .inode();
  }

  private Inode leafOf(Node node, int links) {
    Instant changed = node.metadata().mtime();
    return node instanceof Node.RegularFile file
        ? new FileInode(numbers++, file.metadata(), data(file.content()), file, changed, links)
        : new LeafInode(numbers++, node, node, changed, links);
  }

  private FileData data(@Nullable FileContent content) {
    return new FileData(store, lowers, content);
  }

  /**
   * Makes known all names that changed inodes have in the image, so that a walk over what is known
   * meets each of them.
   */
  void knowNamesOfChanged() {
    for (Linked inode : List.copyOf(linked.values())) {
      if (inode.inode().isChanged()) {
        inode.names().forEach(name -> children(known(name.parent())));
      }
    }
  }

  private DirectoryInode known(TreePath path) {
    DirectoryInode directory = directories.get(path);
    if (directory == null) {
      children(known(path.parent()));
      directory = directories.get(path);
    }
    if (directory == null) {
      throw new AssertionError("no directory known at " + path);
    }
    return directory;
  }

  // ---- New inodes, which have no name yet

  DirectoryInode newDirectory(Metadata metadata, Instant now) {
    return new DirectoryInode(numbers++, metadata, now);
  }

  /** A file with these bytes, or none; of a frozen content the file takes over a hold. */
  FileInode newFile(Metadata metadata, @Nullable FileContent content, Instant now) {
    return new FileInode(numbers++, metadata, data(content), null, now, 0);
  }

  LeafInode newLeaf(Node node, Instant now) {
    return new LeafInode(numbers++, node, null, now, 0);
  }

  // ---- Names

  /** Gives an inode a name that is free. */
  void bind(DirectoryInode directory, ByteString name, Inode inode, Instant now) {
    children(directory).put(name, inode);
    if (inode instanceof DirectoryInode child) {
      child.place(directory, name);
    } else {
      inode.addLink(now);
    }
    touch(directory, now);
  }

  /** Takes a name away. */
  void unbind(DirectoryInode directory, ByteString name, Instant now) {
    Inode inode = children(directory).remove(name);
    if (inode == null) {
      throw new AssertionError("no " + name + " to remove");
    }
    if (!inode.isDirectory()) {
      inode.removeLink(now);
      releaseIfGone(inode);
    }
    touch(directory, now);
  }

  /** Gives an inode another name, which is free, in place of the one it has. */
  void rename(Place from, Place to, Inode inode, Instant now) {
    children(from.directory()).remove(from.name());
    children(to.directory()).put(to.name(), inode);
    if (inode instanceof DirectoryInode directory) {
      directory.place(to.directory(), to.name());
    }
    inode.setMetadata(inode.metadata(), now);
    touch(from.directory(), now);
    touch(to.directory(), now);
  }

  /** Frees the bytes of a file to which nothing leads any more. */
  void releaseIfGone(Inode inode) {
    if (inode instanceof FileInode file && file.isGone()) {
      file.data().release();
    }
  }

  /** What is in the directory has changed. */
  private static void touch(DirectoryInode directory, Instant now) {
    directory.setMetadata(directory.metadata().withMtime(now), now);
  }
}
