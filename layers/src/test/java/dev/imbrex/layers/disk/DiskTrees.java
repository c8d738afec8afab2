package dev.imbrex.layers.disk;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;

/** Small trees that a disk can hold, in which names, links and changes of type often collide. */
final class DiskTrees {
  private static final List<ByteString> NAMES =
      List.of(
          ByteString.of("a"),
          ByteString.of("b"),
          ByteString.of("a-b"),
          ByteString.of("c d"),
          ByteString.of("ä"),
          ByteString.of(new byte[] {'x', (byte) 0xff, '\n'}));
  private static final String[] TARGETS = {"a", "../b", "/a/b", "missing", "."};

  private final Random random;
  private final boolean specials;

  /**
   * A generator.
   *
   * @param specials whether there are devices, named pipes, owners and attributes that take
   *     privilege
   */
  DiskTrees(Random random, boolean specials) {
    this.random = random;
    this.specials = specials;
  }

  /** Content that is equal if its text is. */
  record Text(String text) implements FileContent {
    @Override
    public long size() {
      return text.length();
    }

    @Override
    public InputStream open() {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.ISO_8859_1));
    }
  }

  /** As many seeds, or the one that {@code -Dimbrex.seed=N} names. */
  static long[] seeds(int count) {
    String wanted = System.getProperty("imbrex.seed");
    return wanted != null
        ? new long[] {Long.parseLong(wanted)}
        : LongStream.rangeClosed(1, count).toArray();
  }

  static Node file(String text) {
    return new Node.RegularFile(Metadata.forFile(), new Text(text));
  }

  static Node directory() {
    return new Node.Directory(Metadata.forDirectory());
  }

  static FileTree tree(Object... pathsAndNodes) {
    TreeEditor editor = FileTree.empty().edit();
    for (int i = 0; i < pathsAndNodes.length; i += 2) {
      editor.put(TreePath.of((String) pathsAndNodes[i]), (Node) pathsAndNodes[i + 1]);
    }
    return editor.toTree();
  }

  /** The same tree with all contents in memory, so that it equals others of the same bytes. */
  static FileTree loaded(FileTree tree) throws IOException {
    TreeEditor editor = FileTree.empty().edit();
    for (FileTree.Entry entry : tree.walk().toList()) {
      TreePath path = entry.path();
      TreePath first = tree.linksOf(path).get(0);
      if (!first.equals(path)) {
        editor.link(path, first);
      } else if (entry.node() instanceof Node.RegularFile file) {
        try (InputStream in = file.content().open()) {
          String text = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
          editor.put(path, new Node.RegularFile(file.metadata(), new Text(text)));
        }
      } else {
        editor.put(path, entry.node());
      }
    }
    return editor.toTree();
  }

  /** One line for each name, with everything that is compared; for messages of tests. */
  static List<String> show(FileTree tree) {
    List<String> lines = new ArrayList<>();
    tree.walk()
        .forEach(
            entry ->
                lines.add(
                    entry.path()
                        + " "
                        + entry.node()
                        + (entry.node() instanceof Node.RegularFile file
                            ? " " + file.content()
                            : "")
                        + (tree.linksOf(entry.path()).size() > 1
                            ? " = " + tree.linksOf(entry.path()).get(0)
                            : "")));
    return lines;
  }

  FileTree tree(int edits) {
    return edited(FileTree.empty(), edits);
  }

  FileTree edited(FileTree tree, int edits) {
    TreeEditor editor = tree.edit();
    for (int i = 0; i < edits; i++) {
      edit(editor);
    }
    return editor.toTree();
  }

  /** A layer of well-formed entries for the tree, opaque directories among them. */
  List<LayerEntry> layer(FileTree lower, int entries) {
    List<LayerEntry> layer = new ArrayList<>();
    List<TreePath> written = new ArrayList<>();
    for (int i = 0; i < entries; i++) {
      TreePath path = path(lower);
      switch (random.nextInt(6)) {
        case 0 -> layer.add(new LayerEntry.Removal(path));
        case 1 -> layer.add(new LayerEntry.Opaque(path.parent()));
        case 2 -> {
          if (!written.isEmpty()) {
            TreePath target = written.get(random.nextInt(written.size()));
            if (!target.startsWith(path) && !path.startsWith(target)) {
              layer.add(new LayerEntry.Link(path, target, metadata()));
            }
          }
        }
        default -> {
          Node node = node();
          layer.add(new LayerEntry.Present(path, node));
          if (!node.isDirectory()) {
            written.add(path);
          }
        }
      }
    }
    return layer;
  }

  private TreePath path(FileTree tree) {
    List<TreePath> there = tree.walk().skip(1).map(FileTree.Entry::path).toList();
    return there.isEmpty() || random.nextInt(3) == 0
        ? path()
        : there.get(random.nextInt(there.size()));
  }

  private TreePath path() {
    TreePath path = TreePath.root();
    int depth = 1 + random.nextInt(random.nextInt(4) + 1);
    for (int i = 0; i < depth; i++) {
      path = path.child(NAMES.get(random.nextInt(NAMES.size())));
    }
    return path;
  }

  private void edit(TreeEditor editor) {
    TreePath path = path();
    for (TreePath p = path.parent(); !p.isRoot(); p = p.parent()) {
      if (editor.find(p).filter(n -> !n.isDirectory()).isPresent()) {
        editor.remove(p);
      }
    }
    List<TreePath> all = editor.toTree().walk().skip(1).map(FileTree.Entry::path).toList();
    TreePath there = all.isEmpty() ? path : all.get(random.nextInt(all.size()));
    boolean isThere = editor.find(there).isPresent();
    switch (random.nextInt(10)) {
      case 0 -> editor.remove(there);
      case 1 -> {
        if (isThere) {
          editor.setMetadata(there, metadataFor(editor.find(there).orElseThrow()));
        }
      }
      case 2, 3 -> {
        if (isThere && !editor.find(there).orElseThrow().isDirectory() && !there.equals(path)) {
          editor.link(path, there);
        }
      }
      default -> editor.put(path, node());
    }
  }

  private Metadata metadataFor(Node node) {
    Metadata metadata = metadata();
    boolean canHaveXattrs = node.isDirectory() || node.kind() == Node.Kind.REGULAR;
    return canHaveXattrs ? metadata : metadata.withXattrs(Map.of());
  }

  private Metadata metadata() {
    Metadata metadata =
        Metadata.ofMode(random.nextBoolean() ? 0755 : 0640)
            .withMtime(Instant.ofEpochSecond(1_600_000_000 + random.nextInt(3), 1000));
    if (specials) {
      metadata = metadata.withOwner(random.nextInt(3) * 7L, random.nextInt(2) * 70000L);
      metadata = random.nextInt(4) == 0 ? metadata.withMode(06755) : metadata;
    }
    return random.nextInt(4) == 0
        ? metadata.withXattr(ByteString.of("user.x"), ByteString.of("" + random.nextInt(2)))
        : metadata;
  }

  private Node node() {
    Node node = bareNode();
    return node.withMetadata(metadataFor(node));
  }

  private Node bareNode() {
    Metadata none = Metadata.forFile();
    int kind = random.nextInt(specials ? 12 : 10);
    if (kind < 4) {
      return new Node.Directory(none);
    }
    if (kind < 8) {
      return new Node.RegularFile(none, new Text("t".repeat(random.nextInt(4))));
    }
    if (kind < 10) {
      return new Node.Symlink(none, ByteString.of(TARGETS[random.nextInt(TARGETS.length)]));
    }
    return kind == 10
        ? new Node.Fifo(none)
        : new Node.Device(none, Node.Kind.CHARACTER_DEVICE, 1, 1 + random.nextInt(3));
  }
}
