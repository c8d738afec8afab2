package dev.imbrex.peers;

import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Changes a tree at random, of every sort there is, below some of its directories. */
final class RandomChanges {
  private static final ByteString CAPABILITY =
      ByteString.of(new byte[] {1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});

  private final Random random;
  private final TreeEditor editor;
  private final List<TreePath> paths;

  private RandomChanges(FileTree tree, Random random, List<TreePath> within) {
    this.random = random;
    this.editor = tree.edit();
    this.paths =
        new ArrayList<>(
            tree.walk()
                .map(FileTree.Entry::path)
                .filter(path -> within.stream().anyMatch(path::startsWith))
                .filter(path -> !within.contains(path))
                .toList());
    paths.addAll(within);
  }

  /**
   * The tree after so many changes.
   *
   * @param within directories, or paths of directories to be, that stay directories
   */
  static FileTree of(FileTree tree, int changes, Random random, List<TreePath> within) {
    RandomChanges made = new RandomChanges(tree, random, within);
    int fixed = within.size();
    for (int i = 0; i < changes; i++) {
      made.change(fixed);
    }
    return made.editor.toTree();
  }

  private void change(int fixed) {
    TreePath path = paths.get(random.nextInt(paths.size() - fixed));
    Node node = editor.find(path).orElse(null);
    if (node == null) {
      return;
    }
    switch (random.nextInt(10)) {
      case 0 -> editor.remove(path);
      case 1 -> editor.put(path, node());
      case 2 -> {
        editor.put(path, new Node.Directory(metadata()));
        put(path.child(name()), node());
      }
      case 3 -> editor.setMetadata(path, metadata().withXattrs(node.metadata().xattrs()));
      case 4 -> editor.setMetadata(path, withXattr(node));
      case 5 -> link(path, node);
      case 6 -> split(path, node);
      case 7 -> refill(path, node);
      default -> put(anyDirectory().child(name()), node());
    }
  }

  private void put(TreePath path, Node node) {
    editor.put(path, node);
    paths.add(0, path);
  }

  private void link(TreePath path, Node node) {
    TreePath name = anyDirectory().child(name());
    // To link a name to what it hides would be to link nothing.
    if (!node.isDirectory() && !path.startsWith(name) && editor.find(name).isEmpty()) {
      editor.link(name, path);
      paths.add(0, name);
    }
  }

  private void split(TreePath path, Node node) {
    if (!node.isDirectory() && editor.linksOf(path).size() > 1) {
      editor.put(path, node);
    }
  }

  /** A directory that was emptied and has something new looks opaque to an engine. */
  private void refill(TreePath path, Node node) {
    if (node.isDirectory()) {
      editor.removeChildren(path);
      put(path.child(name()), node());
    }
  }

  private TreePath anyDirectory() {
    for (int attempt = 0; attempt < 100; attempt++) {
      TreePath path = paths.get(random.nextInt(paths.size()));
      if (editor.find(path).filter(Node::isDirectory).isPresent()) {
        return path;
      }
    }
    return paths.get(paths.size() - 1);
  }

  private Node node() {
    Metadata metadata = metadata();
    return switch (random.nextInt(8)) {
      case 0 -> new Node.Directory(metadata);
      case 1 -> new Node.Symlink(metadata.withMode(0777), target());
      case 2 -> new Node.Fifo(metadata);
      case 3 ->
          new Node.Device(
              metadata,
              random.nextBoolean() ? Node.Kind.CHARACTER_DEVICE : Node.Kind.BLOCK_DEVICE,
              1 + random.nextInt(200),
              random.nextInt(1 << 20));
      default -> {
        byte[] bytes = new byte[random.nextInt(8) == 0 ? 100_000 : random.nextInt(50)];
        random.nextBytes(bytes);
        yield new Node.RegularFile(metadata, Content.of(bytes));
      }
    };
  }

  private ByteString target() {
    return ByteString.of(
        switch (random.nextInt(4)) {
          case 0 -> "/etc//passwd/";
          case 1 -> "../../../../../..";
          case 2 -> "x".repeat(1 + random.nextInt(300));
          default -> "nowhere";
        });
  }

  private Metadata metadata() {
    int mode = random.nextInt(3) == 0 ? random.nextInt(010000) : 0755;
    boolean isRoot = random.nextBoolean();
    return Metadata.ofMode(mode)
        .withOwner(isRoot ? 0 : random.nextInt(3_000_000), isRoot ? 0 : random.nextInt(70_000))
        .withMtime(Instant.ofEpochSecond(random.nextInt(2_000_000_000) - 10_000_000L));
  }

  private Metadata withXattr(Node node) {
    boolean isFile = node instanceof Node.RegularFile;
    if (isFile && random.nextBoolean()) {
      return node.metadata().withXattr(ByteString.of("security.capability"), CAPABILITY);
    }
    return isFile || node.isDirectory()
        ? node.metadata().withXattr(ByteString.of("user.n" + random.nextInt(3)), name())
        : node.metadata();
  }

  /** A name of any bytes that is no whiteout. */
  private ByteString name() {
    int length = random.nextInt(10) == 0 ? 1 + random.nextInt(255) : 1 + random.nextInt(12);
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    for (int i = 0; i < length; i++) {
      boolean isPlain = random.nextInt(3) > 0 && length > 1;
      bytes[i] = isPlain || bytes[i] == 0 || bytes[i] == '/' ? (byte) ('a' + i % 26) : bytes[i];
    }
    // Neither a dot alone nor what begins like a whiteout.
    bytes[0] = bytes[0] == '.' ? (byte) 'd' : bytes[0];
    return ByteString.of(bytes);
  }
}
