package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileContent;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ContentNotFoundException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Says what a layer adds to the tree below it, changes and deletes.
 *
 * <p>Each call acts on the tree as the calls before left it; the layer is what then differs from
 * the tree below. So order matters as it does for commands in a shell, adding a file the tree has
 * already, alike in everything, adds nothing, and adding and deleting one leaves no trace. A path
 * is written from the root, with or without a leading slash; where it leads through symbolic links
 * of the tree below, these are followed inside the tree, and the layer holds the real path
 * (LC-B31). Missing parents are made, {@code 0755} and owned by 0:0.
 *
 * <p>Files of the library's own making are {@code 0644}, directories {@code 0755}, both owned by
 * 0:0 with the epoch as time, unless told otherwise. Content is read when the layer is written,
 * once.
 *
 * <p>Belongs to one thread.
 */
public final class LayerBuilder {
  private final FileTree base;
  private final TreeEditor editor;

  LayerBuilder(FileTree base) {
    this.base = base;
    this.editor = base.edit();
  }

  /** The tree below the layer. */
  public FileTree base() {
    return base;
  }

  /** The tree as it is with all said so far. */
  public FileTree tree() {
    return editor.toTree();
  }

  // ---- Files

  /** Adds a file with this text, in UTF-8. */
  public LayerBuilder file(String path, String text) throws IOException {
    return file(path, text.getBytes(UTF_8));
  }

  /** Adds a file with these bytes, which are copied. */
  public LayerBuilder file(String path, byte[] bytes) throws IOException {
    return file(path, Content.of(bytes));
  }

  /** Adds a file with this content. */
  public LayerBuilder file(String path, FileContent content) throws IOException {
    return file(path, content, Metadata.forFile());
  }

  /**
   * Adds a file.
   *
   * @param content read when the layer is written
   * @throws IllegalArgumentException if the path is none, or leads below a file
   */
  public LayerBuilder file(String path, FileContent content, Metadata metadata) throws IOException {
    return put(TreePath.of(path), new Node.RegularFile(metadata, content));
  }

  /**
   * Adds a file or a directory with all below it from any file system: symbolic links as links,
   * hard links among them as hard links, with modes and times, owned by 0:0.
   *
   * @throws IOException if something cannot be read, or is neither file, directory nor link
   */
  public LayerBuilder copy(Path source, String path) throws IOException {
    return copy(source, path, CopyOptions.DEFAULT);
  }

  /** Adds a file or a directory with all below it from any file system, as the options say. */
  public LayerBuilder copy(Path source, String path, CopyOptions options) throws IOException {
    new DiskCopy(editor, options).copy(source, editor.realPath(TreePath.of(path)));
    return this;
  }

  // ---- Directories and links

  /** Adds a directory; one that is there keeps what is in it, and its attributes. */
  public LayerBuilder directory(String path) throws IOException {
    TreePath real = editor.realPath(TreePath.of(path));
    Optional<Node> there = editor.find(real);
    if (there.isEmpty() || !there.get().isDirectory()) {
      editor.put(real, new Node.Directory(Metadata.forDirectory()));
    }
    return this;
  }

  /** Adds a directory with these attributes; one that is there keeps what is in it. */
  public LayerBuilder directory(String path, Metadata metadata) throws IOException {
    return put(TreePath.of(path), new Node.Directory(metadata));
  }

  /** Adds a directory in place of what is there, with all that is in it. */
  public LayerBuilder replaceDirectory(String path) throws IOException {
    TreePath real = editor.realPath(TreePath.of(path));
    if (real.isRoot()) {
      editor.removeChildren(real);
    } else {
      editor.remove(real);
      editor.put(real, new Node.Directory(Metadata.forDirectory()));
    }
    return this;
  }

  /**
   * Adds a symbolic link.
   *
   * @param target the target as it is to stand in the link, neither checked nor resolved
   */
  public LayerBuilder symlink(String path, String target) throws IOException {
    return put(TreePath.of(path), new Node.Symlink(Metadata.ofMode(0777), ByteString.of(target)));
  }

  /**
   * Adds another name for a file that is there: of this layer or of the tree below.
   *
   * @throws ContentNotFoundException if there is nothing at the target
   * @throws IllegalArgumentException if it is a directory
   */
  public LayerBuilder hardLink(String path, String target) throws IOException {
    TreePath real = require(target);
    editor.link(editor.realPath(TreePath.of(path)), real);
    return this;
  }

  /**
   * Adds a node of any kind at a path of any bytes.
   *
   * @throws IllegalArgumentException if the path leads below a file, or is the root and the node no
   *     directory
   */
  public LayerBuilder put(TreePath path, Node node) throws IOException {
    editor.put(editor.realPath(path), node);
    return this;
  }

  // ---- Changing and deleting

  /**
   * Changes the attributes of what is at a path; a symbolic link there is followed.
   *
   * @throws ContentNotFoundException if there is nothing
   */
  public LayerBuilder attributes(String path, UnaryOperator<Metadata> change) throws IOException {
    TreePath real = follow(path);
    editor.setMetadata(real, change.apply(editor.find(real).orElseThrow().metadata()));
    return this;
  }

  /** Gives the file at a path this text as its content, in UTF-8; all else of it stays. */
  public LayerBuilder content(String path, String text) throws IOException {
    return content(path, Content.text(text));
  }

  /**
   * Gives the file at a path another content, under all its names; its attributes stay, as they do
   * not if {@link #file(String, FileContent)} puts a new one in its place. A symbolic link at the
   * path is followed.
   *
   * @param content read when the layer is written
   * @throws ContentNotFoundException if there is nothing
   * @throws IllegalArgumentException if it is no regular file
   */
  public LayerBuilder content(String path, FileContent content) throws IOException {
    TreePath real = follow(path);
    Node there = editor.find(real).orElseThrow();
    if (there.kind() != Node.Kind.REGULAR) {
      throw new IllegalArgumentException("No regular file at " + path + ": " + there.kind());
    }
    List<TreePath> names = editor.linksOf(real);
    editor.put(real, new Node.RegularFile(there.metadata(), content));
    for (TreePath name : names) {
      if (!name.equals(real)) {
        editor.link(name, real);
      }
    }
    return this;
  }

  /**
   * Deletes what is at a path, with all below it. A symbolic link goes, and not what it leads to.
   *
   * @throws ContentNotFoundException if there is nothing
   */
  public LayerBuilder delete(String path) throws IOException {
    editor.remove(require(path));
    return this;
  }

  /** Deletes what is at a path, if there is something. */
  public LayerBuilder deleteIfExists(String path) throws IOException {
    editor.remove(editor.realPath(TreePath.of(path)));
    return this;
  }

  private TreePath follow(String path) throws IOException {
    return tree()
        .follow(TreePath.of(path))
        .orElseThrow(() -> new ContentNotFoundException("Nothing at " + path));
  }

  private TreePath require(String path) throws IOException {
    TreePath real = editor.realPath(TreePath.of(path));
    if (editor.find(real).isEmpty()) {
      throw new ContentNotFoundException("Nothing at " + path + " in the tree below this layer");
    }
    return real;
  }
}
