package dev.imbrex.layers.tree;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Small trees and layers in which collisions of every sort are frequent. */
final class RandomTrees {
  private static final String[] NAMES = {"a", "b", "c", "a-b", "b.d", "d"};
  private static final String[] TARGETS = {
    "a", "b", "../a", "/b", "a/b", "..", "/", "c/../b", "./d", "../../c", "/a//c/", "missing/x"
  };

  private final Random random;
  private final boolean symlinks;
  private final boolean links;
  private final FileContent[] contents = new FileContent[6];

  RandomTrees(Random random) {
    this(random, true, true);
  }

  RandomTrees(Random random, boolean symlinks, boolean links) {
    this.random = random;
    this.symlinks = symlinks;
    this.links = links;
    for (int i = 0; i < contents.length; i++) {
      contents[i] = new TextContent("content " + "x".repeat(i));
    }
  }

  TreePath path() {
    TreePath path = TreePath.root();
    int depth = 1 + random.nextInt(random.nextInt(4) + 1);
    for (int i = 0; i < depth; i++) {
      path = path.child(NAMES[random.nextInt(NAMES.length)]);
    }
    return path;
  }

  Metadata metadata() {
    Metadata metadata =
        Metadata.ofMode(random.nextInt(3) == 0 ? 04755 : 0644)
            .withOwner(random.nextInt(2), 0)
            .withMtime(Instant.ofEpochSecond(random.nextInt(3) - 1));
    return random.nextInt(5) == 0
        ? metadata.withXattr(ByteString.of("trusted.x"), ByteString.of("" + random.nextInt(2)))
        : metadata;
  }

  Node node() {
    return random.nextInt(3) == 0 ? new Node.Directory(metadata()) : leaf();
  }

  Node leaf() {
    int kind = random.nextInt(10);
    if (kind == 0) {
      return new Node.Fifo(metadata());
    }
    if (kind == 1) {
      return new Node.Device(metadata(), Node.Kind.CHARACTER_DEVICE, 1, random.nextInt(2));
    }
    if (kind < 5 && symlinks) {
      return new Node.Symlink(metadata(), ByteString.of(TARGETS[random.nextInt(TARGETS.length)]));
    }
    return new Node.RegularFile(metadata(), contents[random.nextInt(contents.length)]);
  }

  /** A tree that grew by random edits. */
  FileTree tree(int edits) {
    return edited(FileTree.empty(), edits);
  }

  /** What random edits make of a tree; what they do not touch is shared. */
  FileTree edited(FileTree tree, int edits) {
    TreeEditor editor = tree.edit();
    for (int i = 0; i < edits; i++) {
      edit(editor);
      if (random.nextInt(8) == 0) {
        editor.toTree();
      }
    }
    return editor.toTree();
  }

  private void edit(TreeEditor editor) {
    TreePath path = path();
    for (TreePath p = path.parent(); !p.isRoot(); p = p.parent()) {
      if (editor.find(p).map(n -> !n.isDirectory()).orElse(false)) {
        editor.remove(p);
      }
    }
    List<FileTree.Entry> all = editor.toTree().walk().skip(1).toList();
    TreePath there = all.isEmpty() ? path : all.get(random.nextInt(all.size())).path();
    boolean hasOne = !all.isEmpty();
    switch (random.nextInt(12)) {
      case 0, 1 -> editor.remove(there);
      case 2 -> {
        if (hasOne) {
          editor.setMetadata(there, metadata());
        }
      }
      case 8 -> {
        // The same value again, which is a new inode and leaves a group.
        if (hasOne) {
          editor.put(there, editor.find(there).orElseThrow());
        }
      }
      case 3 -> {
        if (editor.find(there).map(Node::isDirectory).orElse(false)) {
          editor.removeChildren(there);
        }
      }
      case 4, 5, 6, 7 -> {
        boolean linkable = hasOne && !editor.find(there).orElseThrow().isDirectory();
        if (links && linkable && !there.equals(path)) {
          editor.link(path, there);
        }
      }
      default -> editor.put(path, node());
    }
  }

  /** A layer as nobody should make it, though somebody might. */
  List<LayerEntry> layer(int entries) {
    List<LayerEntry> layer = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      layer.add(entry());
    }
    return layer;
  }

  private LayerEntry entry() {
    TreePath path = random.nextInt(40) == 0 ? TreePath.root() : path();
    int kind = random.nextInt(13);
    if (kind < 2 && !path.isRoot()) {
      return new LayerEntry.Removal(path);
    }
    if (kind < 3) {
      return new LayerEntry.Opaque(path);
    }
    if (kind < 5) {
      return new LayerEntry.Link(path, path(), metadata());
    }
    return random.nextInt(12) == 0 ? plnk(path) : new LayerEntry.Present(path, node());
  }

  private LayerEntry plnk(TreePath path) {
    TreePath source = TreePath.of(".wh..wh.plnk/" + random.nextInt(2));
    return switch (random.nextInt(4)) {
      case 0 -> new LayerEntry.Present(source, new Node.RegularFile(metadata(), contents[0]));
      case 1 -> new LayerEntry.Link(source, path, metadata());
      case 2 -> new LayerEntry.Leftover(TreePath.of(".wh..wh.aufs"));
      default -> new LayerEntry.Link(path, source, metadata());
    };
  }
}
