package dev.imbrex.layers.tree;

import dev.imbrex.manifest.error.MalformedContentException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/**
 * Makes a new tree out of an old one. Paths are taken as they stand: no symbolic link is followed;
 * {@link #realPath} says where a path leads. For one thread at a time.
 *
 * <pre>{@code
 * FileTree next = tree.edit()
 *     .put(TreePath.of("etc/motd"), new Node.RegularFile(Metadata.forFile(), content))
 *     .link(TreePath.of("etc/welcome"), TreePath.of("etc/motd"))
 *     .toTree();
 * }</pre>
 */
public final class TreeEditor {
  private Draft root;
  private Links.Editor links;

  /**
   * The directory used last, and its path: entries come directory by directory. It is never one
   * that has gone (LC-C3): what replaces or removes a directory uses the one that holds it.
   */
  private @Nullable Draft lastDirectory;

  private TreePath lastPath = TreePath.root();

  TreeEditor(FileTree tree) {
    root = new Draft(tree.rootFolder());
    links = new Links.Editor(tree.links());
  }

  /** The node at this path, a symbolic link being a node like others. */
  public Optional<Node> find(TreePath path) {
    return Optional.ofNullable(at(path));
  }

  /** All names of the inode at this path, as {@link FileTree#linksOf} gives them. */
  public List<TreePath> linksOf(TreePath path) {
    Node node = at(path);
    if (node == null) {
      return List.of();
    }
    SortedSet<TreePath> names = node.isDirectory() ? null : links.find(node);
    return names == null ? List.of(path) : List.copyOf(names);
  }

  /**
   * The path that this path has when all symbolic links before its last name are followed inside
   * the tree (LC-B29). What is missing on the way is taken as it stands.
   *
   * @throws MalformedContentException if it leads through more than 255 links, or to a path too
   *     long
   */
  public TreePath realPath(TreePath path) throws MalformedContentException {
    if (path.isRoot()) {
      return path;
    }
    TreePath parent = Resolver.resolve(this::at, path.parent());
    byte[] name = path.name().shared();
    if (!parent.hasRoomFor(name)) {
      throw new MalformedContentException(
          "file tree", path.toString(), "leads to a path that is too long");
    }
    return parent.trustedChild(name);
  }

  /**
   * Puts a node in place of what is at the path. A directory put where one is keeps the children,
   * and changes the attributes; in every other case what was there goes, with all below it, and the
   * path becomes a new inode (LC-B46, LC-B47). Missing parents become directories of {@code 0755},
   * owner 0:0 and the epoch.
   *
   * @throws IllegalArgumentException if the path is the root and the node no directory, or an
   *     ancestor is no directory
   */
  public TreeEditor put(TreePath path, Node node) {
    if (path.isRoot()) {
      if (!node.isDirectory()) {
        throw new IllegalArgumentException("the root must be a directory, not " + node);
      }
      root.setMetadata(node.metadata());
      return this;
    }
    Draft parent = requireParent(path);
    byte[] name = path.name().shared();
    if (!node.isDirectory()) {
      forget(path, parent.find(name));
      // A copy, because the object is the inode: the caller may put the same value elsewhere.
      parent.put(name, node.withMetadata(node.metadata()));
      return this;
    }
    Draft directory = parent.enter(name);
    if (directory == null) {
      forget(path, parent.find(name));
      parent.putDirectory(name, node.metadata());
    } else {
      directory.setMetadata(node.metadata());
    }
    return this;
  }

  /**
   * Puts a directory with these children in place of what is at the path, a directory with all
   * below it too. It is cheaper than to {@link #put} the children one by one: nothing is looked up
   * for them. Missing parents are created as in {@code put}.
   *
   * @param names of the children, ascending
   * @param nodes what stands at each of the names, each a new inode; none is a directory
   * @throws IllegalArgumentException if there are more or fewer nodes than names, the names do not
   *     ascend, one of them cannot be a name there, a node is a directory, or an ancestor of the
   *     path is no directory
   */
  public TreeEditor putDirectory(
      TreePath path, Metadata metadata, List<ByteString> names, List<? extends Node> nodes) {
    Folder folder = folder(path, metadata, names, nodes);
    if (path.isRoot()) {
      removeChildren(path);
      root = new Draft(folder);
      lastDirectory = null;
      return this;
    }
    Draft parent = requireParent(path);
    byte[] name = path.name().shared();
    forget(path, parent.find(name));
    parent.put(name, folder);
    return this;
  }

  private static Folder folder(
      TreePath path, Metadata metadata, List<ByteString> names, List<? extends Node> nodes) {
    if (names.size() != nodes.size()) {
      throw new IllegalArgumentException(
          names.size() + " names for " + nodes.size() + " nodes in " + path);
    }
    byte[][] checked = new byte[names.size()][];
    Node[] copies = new Node[checked.length];
    for (int i = 0; i < checked.length; i++) {
      byte[] name = names.get(i).shared();
      Node node = nodes.get(i);
      path.requireChild(name);
      if (i > 0 && Arrays.compareUnsigned(checked[i - 1], name) >= 0) {
        throw new IllegalArgumentException(
            names.get(i) + " does not come after " + names.get(i - 1) + " in " + path);
      }
      if (node.isDirectory()) {
        throw new IllegalArgumentException(names.get(i) + " in " + path + " is a directory");
      }
      checked[i] = name;
      copies[i] = node.withMetadata(node.metadata());
    }
    return new Folder(metadata, checked, copies);
  }

  /**
   * Makes the path another name of the inode at the target, in place of what is there. Missing
   * parents are created as in {@link #put}.
   *
   * @throws IllegalArgumentException if the target is missing, a directory or the path itself, or
   *     an ancestor of the path is no directory
   */
  public TreeEditor link(TreePath path, TreePath target) {
    Node node = at(target);
    if (node == null || node.isDirectory() || path.isRoot() || path.equals(target)) {
      throw new IllegalArgumentException(
          "cannot link " + path + " to " + target + (node == null ? ", which is missing" : ""));
    }
    return bind(path, node, target);
  }

  /**
   * Removes what is at the path, with all below it.
   *
   * @return whether there was something
   * @throws IllegalArgumentException if the path is the root
   */
  public boolean remove(TreePath path) {
    if (path.isRoot()) {
      throw new IllegalArgumentException("the root cannot be removed");
    }
    Draft parent = draft(path.parent());
    byte[] name = path.name().shared();
    Draft.Slot slot = parent == null ? null : parent.find(name);
    if (parent == null || slot == null) {
      return false;
    }
    forget(path, slot);
    parent.remove(name);
    return true;
  }

  /**
   * Removes all that is below a directory, and leaves the directory.
   *
   * @throws IllegalArgumentException if there is no directory at the path
   */
  public TreeEditor removeChildren(TreePath directory) {
    Draft draft = draft(directory);
    if (draft == null) {
      throw new IllegalArgumentException("no directory at " + directory);
    }
    forget(directory, new Draft.Slot(null, draft));
    draft.clear();
    return this;
  }

  /**
   * Changes the attributes of what is at the path; under all its names, if it has several.
   *
   * @throws IllegalArgumentException if there is nothing
   */
  public TreeEditor setMetadata(TreePath path, Metadata metadata) {
    Node node = at(path);
    if (node == null) {
      throw new IllegalArgumentException("nothing at " + path);
    }
    if (node.isDirectory()) {
      return put(path, new Node.Directory(metadata));
    }
    Node changed = node.withMetadata(metadata);
    List<TreePath> names = linksOf(path);
    for (TreePath name : names) {
      requireParent(name).put(name.name().shared(), changed);
      links.remove(node, name);
      if (names.size() > 1) {
        links.add(changed, name);
      }
    }
    return this;
  }

  /** The tree as it is now. The editor can be used further, and leaves that tree alone. */
  public FileTree toTree() {
    FileTree tree = new FileTree(root.freeze(), links.freeze());
    root = new Draft(tree.rootFolder());
    links = new Links.Editor(tree.links());
    lastDirectory = null;
    return tree;
  }

  /**
   * Makes the path a name of this inode, in place of what is there.
   *
   * @param other where the inode was found; it may have gone from there since
   */
  TreeEditor bind(TreePath path, Node inode, TreePath other) {
    if (links.find(inode) == null && Nodes.isSame(at(other), inode)) {
      links.add(inode, other);
    }
    Draft parent = requireParent(path);
    byte[] name = path.name().shared();
    forget(path, parent.find(name));
    parent.put(name, inode);
    links.add(inode, path);
    return this;
  }

  @Nullable Node at(TreePath path) {
    Draft draft = root;
    TreePath.Components names = path.components();
    while (names.hasNext()) {
      Draft.Slot slot = draft.find(names.next());
      if (slot == null) {
        return null;
      }
      if (slot.node() != null) {
        return Folder.descend(slot.node(), names);
      }
      draft = Objects.requireNonNull(slot.draft());
    }
    return draft.attributes();
  }

  private @Nullable Draft draft(TreePath directory) {
    if (lastDirectory != null && lastPath.equals(directory)) {
      return lastDirectory;
    }
    Draft draft = root;
    TreePath.Components names = directory.components();
    while (draft != null && names.hasNext()) {
      draft = draft.enter(names.next());
    }
    lastDirectory = draft;
    lastPath = directory;
    return draft;
  }

  /** Whether the path's last name would stand in a directory that is there. */
  boolean hasParent(TreePath path) {
    return (lastDirectory != null && path.isIn(lastPath)) || isDirectory(path.parent());
  }

  /** Whether there is a directory at the path. */
  boolean isDirectory(TreePath path) {
    return (lastDirectory != null && lastPath.equals(path)) || at(path) instanceof Node.Directory;
  }

  /** The directory that holds the path's last name, created with its parents if missing. */
  private Draft requireParent(TreePath path) {
    if (lastDirectory != null && path.isIn(lastPath)) {
      return lastDirectory;
    }
    TreePath directory = path.parent();
    Draft draft = root;
    TreePath.Components names = directory.components();
    while (names.hasNext()) {
      byte[] name = names.next();
      Draft next = draft.enter(name);
      if (next == null) {
        if (draft.find(name) != null) {
          throw new IllegalArgumentException(
              "an ancestor of " + path + " is no directory: " + ByteString.trusted(name));
        }
        next = draft.putDirectory(name, Metadata.forDirectory());
      }
      draft = next;
    }
    lastDirectory = draft;
    lastPath = directory;
    return draft;
  }

  /** Takes the names of what stands in this slot, and below it, out of their link groups. */
  private void forget(TreePath path, Draft.@Nullable Slot slot) {
    if (slot == null || links.isEmpty()) {
      return;
    }
    Deque<Named> ahead = new ArrayDeque<>();
    ahead.push(new Named(path, slot));
    while (!ahead.isEmpty()) {
      Named next = ahead.pop();
      Draft draft = next.slot().draft();
      Node node = next.slot().node();
      if (draft != null) {
        draft.forEach((name, child) -> push(ahead, next.path(), name, child));
      } else if (node instanceof Folder folder && folder.count() > links.count()) {
        links.removeBelow(next.path());
      } else if (node instanceof Folder folder) {
        for (int i = 0; i < folder.size(); i++) {
          push(ahead, next.path(), folder.name(i), new Draft.Slot(folder.node(i), null));
        }
      } else if (node != null) {
        links.remove(node, next.path());
      }
    }
  }

  /** Leaves out inodes without other names, most of all, so that no path is made for them. */
  private void push(Deque<Named> ahead, TreePath directory, byte[] name, Draft.Slot slot) {
    Node node = slot.node();
    if (node == null || node.isDirectory() || links.find(node) != null) {
      ahead.push(new Named(directory.trustedChild(name), slot));
    }
  }

  private record Named(TreePath path, Draft.Slot slot) {}
}
