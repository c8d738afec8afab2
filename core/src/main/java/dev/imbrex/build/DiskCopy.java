package dev.imbrex.build;

import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes files from any file system into a tree: what they are now, and where their bytes lie. */
final class DiskCopy {

  private final TreeEditor editor;
  private final CopyOptions options;
  private final boolean othersLeftOut;
  // The first name of each file that has several, by identity on the disk.
  private final Map<Object, TreePath> linked = new HashMap<>();

  private record Todo(Path source, TreePath target) {}

  DiskCopy(TreeEditor editor, CopyOptions options) {
    this(editor, options, false);
  }

  /**
   * Copies into a tree.
   *
   * @param othersLeftOut whether sockets, pipes and devices are passed over, and not an error
   */
  DiskCopy(TreeEditor editor, CopyOptions options, boolean othersLeftOut) {
    this.editor = editor;
    this.options = options;
    this.othersLeftOut = othersLeftOut;
  }

  void copy(Path source, TreePath target) throws IOException {
    Deque<Todo> todo = new ArrayDeque<>();
    todo.add(new Todo(source, target));
    while (!todo.isEmpty()) {
      Todo next = todo.pop();
      if (options.filter().test(next.source)) {
        copyOne(next, todo);
      }
    }
  }

  private void copyOne(Todo next, Deque<Todo> todo) throws IOException {
    Path source = next.source;
    DiskAttributes attributes = DiskAttributes.of(source);
    Node.Kind kind = attributes.kind();
    if (kind == null && othersLeftOut) {
      return;
    }
    if (kind == null) {
      throw new UnsupportedContentException(
          "Cannot copy " + source + ": it is neither file, directory nor symbolic link");
    }
    Metadata metadata = options.change().change(source, kind, metadata(attributes));
    if (kind == Node.Kind.DIRECTORY) {
      TreePath directory = directory(next.target, metadata);
      for (Path child : children(source)) {
        todo.add(new Todo(child, directory.child(DiskNames.nameOf(child))));
      }
      return;
    }
    @Nullable Object identity = attributes.identity();
    @Nullable TreePath first = identity == null ? null : linked.putIfAbsent(identity, next.target);
    if (first != null) {
      editor.link(next.target, first);
    } else if (kind == Node.Kind.SYMLINK) {
      editor.put(
          next.target,
          new Node.Symlink(metadata, DiskNames.targetOf(Files.readSymbolicLink(source))));
    } else {
      editor.put(
          next.target, new Node.RegularFile(metadata, new DiskFile(source, attributes.size())));
    }
  }

  /**
   * The directory to copy into. One that is there keeps its attributes (SN-B17), also behind a
   * symbolic link: copying a {@code lib} must not replace the link that {@code /lib} is.
   */
  private TreePath directory(TreePath target, Metadata metadata) throws IOException {
    Optional<Node> there = editor.find(target);
    if (there.isPresent() && there.get().kind() == Node.Kind.SYMLINK) {
      FileTree tree = editor.toTree();
      Optional<TreePath> behind = tree.follow(target);
      if (behind.isPresent() && tree.find(behind.get()).filter(Node::isDirectory).isPresent()) {
        return behind.get();
      }
    }
    if (there.isEmpty() || !there.get().isDirectory()) {
      editor.put(target, new Node.Directory(metadata));
    }
    return target;
  }

  private static List<Path> children(Path directory) throws IOException {
    List<Path> children = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      stream.forEach(children::add);
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return children;
  }

  private Metadata metadata(DiskAttributes attributes) {
    Metadata metadata = Metadata.ofMode(attributes.mode()).withMtime(attributes.mtime());
    return options.keepOwner() ? metadata.withOwner(attributes.uid(), attributes.gid()) : metadata;
  }
}
