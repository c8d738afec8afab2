package dev.imbrex.container.internal;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A file system as it is at one moment, as a tree that shares with the image all that has not
 * changed. Contents of changed files are shared with the files, which copy them when they change
 * further, until this is closed.
 */
public final class Snapshot implements AutoCloseable {
  private final FileTree tree;
  private final List<FrozenContent> held;

  private Snapshot(FileTree tree, List<FrozenContent> held) {
    this.tree = tree;
    this.held = held;
  }

  /** Takes a snapshot; called under the lock of the namespace. */
  static Snapshot of(Namespace namespace) throws ImageException {
    List<FrozenContent> held = new ArrayList<>();
    boolean complete = false;
    try {
      FileTree tree = new Walk(namespace, held).tree();
      complete = true;
      return new Snapshot(tree, held);
    } finally {
      if (!complete) {
        held.forEach(FrozenContent::release);
      }
    }
  }

  /** The files. What has changed in them can be read until this is closed. */
  public FileTree tree() {
    return tree;
  }

  /** Gives up the contents. */
  @Override
  public void close() {
    held.forEach(FrozenContent::release);
    held.clear();
  }

  /** Goes through all directories in which something may have changed. */
  private static final class Walk {
    private final Namespace namespace;
    private final List<FrozenContent> held;
    private final Deque<Visit> ahead = new ArrayDeque<>();
    private final List<TreePath> removals = new ArrayList<>();
    private final List<FileTree.Entry> directories = new ArrayList<>();
    private final List<Name> names = new ArrayList<>();

    /** A name in the new tree for each inode met so far that stays as it is. */
    private final IdentityHashMap<Inode, TreePath> homes = new IdentityHashMap<>();

    /**
     * A directory to go through.
     *
     * @param inPlace whether it lies in the image where it lies now
     */
    private record Visit(DirectoryInode directory, TreePath path, boolean inPlace) {}

    private record Name(TreePath path, Inode inode) {}

    Walk(Namespace namespace, List<FrozenContent> held) {
      this.namespace = namespace;
      this.held = held;
    }

    FileTree tree() throws ImageException {
      namespace.knowNamesOfChanged();
      ahead.add(new Visit(namespace.root(), TreePath.root(), true));
      while (!ahead.isEmpty()) {
        visit(ahead.remove());
      }
      TreeEditor editor = namespace.base().edit();
      removals.forEach(editor::remove);
      directories.forEach(entry -> editor.put(entry.path(), entry.node()));
      for (Name name : names) {
        TreePath home = homes.putIfAbsent(name.inode(), name.path());
        if (home == null) {
          editor.put(name.path(), node(name.inode()));
        } else {
          editor.link(name.path(), home);
        }
      }
      return editor.toTree();
    }

    private void visit(Visit visit) throws ImageException {
      DirectoryInode directory = visit.directory();
      if (!visit.inPlace() || directory.isChanged()) {
        directories.add(new FileTree.Entry(visit.path(), new Node.Directory(directory.metadata())));
      }
      if (visit.inPlace() && directory.loaded() == null) {
        return;
      }
      if (visit.inPlace()) {
        findRemoved(visit);
      }
      for (Map.Entry<ByteString, Inode> child : namespace.children(directory).entrySet()) {
        visitChild(visit, child(visit.path(), child.getKey()), child.getValue());
      }
    }

    private void findRemoved(Visit visit) throws ImageException {
      for (FileTree.Entry entry : namespace.base().list(visit.path())) {
        Inode now = namespace.find(visit.directory(), entry.path().name());
        boolean same = now != null && isFrom(entry.path(), entry.node(), now);
        if (!same) {
          removals.add(entry.path());
        }
      }
    }

    private void visitChild(Visit parent, TreePath path, Inode inode) {
      Node was = parent.inPlace() ? namespace.base().find(path).orElse(null) : null;
      boolean inPlace = was != null && isFrom(path, was, inode);
      if (inode instanceof DirectoryInode directory) {
        ahead.add(new Visit(directory, path, inPlace));
      } else if (inPlace && !inode.isChanged()) {
        homes.putIfAbsent(inode, path);
      } else {
        names.add(new Name(path, inode));
      }
    }

    @SuppressWarnings("ReferenceEquality") // The very node is the inode.
    private static boolean isFrom(TreePath path, Node node, Inode inode) {
      return inode instanceof DirectoryInode directory
          ? directory.isFrom(path)
          : node == inode.origin();
    }

    private Node node(Inode inode) {
      if (inode instanceof FileInode file) {
        return new Node.RegularFile(file.metadata(), file.data().freeze(held::add));
      }
      return ((LeafInode) inode).node().withMetadata(inode.metadata());
    }

    private static TreePath child(TreePath path, ByteString name) throws ImageException {
      try {
        return path.child(name);
      } catch (IllegalArgumentException e) {
        throw new UnsupportedContentException("no layer can say " + name + " in " + path);
      }
    }
  }
}
