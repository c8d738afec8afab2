package dev.imbrex.layers.tree;

import dev.imbrex.manifest.error.ContentNotFoundException;
import dev.imbrex.manifest.error.ImageException;
import dev.imbrex.manifest.error.LimitExceededException;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * An immutable snapshot of a file system: names, attributes, which names are links to one inode,
 * and content by reference (LC-M1 to LC-M4).
 *
 * <p>Trees made from one another share what is equal in them. Changing a path with {@link #edit},
 * or applying a layer, costs what changes, plus for each directory concerned one pass over the
 * references to its children.
 *
 * <p>Looking things up never follows a symbolic link, save in {@link #follow}. Two trees are equal
 * if names, attributes, contents and link groups are; whether contents are equal is up to their own
 * {@code equals}. Safe for use by many threads.
 */
public final class FileTree {
  private static final FileTree EMPTY =
      new FileTree(Folder.empty(Metadata.forDirectory()), Links.none());

  private final Folder root;
  private final Links links;

  FileTree(Folder root, Links links) {
    this.root = root;
    this.links = links;
  }

  /** A node with its place. */
  public record Entry(TreePath path, Node node) {
    /** Checks that nothing is null. */
    public Entry {
      Objects.requireNonNull(path);
      Objects.requireNonNull(node);
    }
  }

  /** The tree of nothing but a root: {@code 0755}, owner 0:0, the epoch (LC-E1). */
  public static FileTree empty() {
    return EMPTY;
  }

  /** The node at this path, a symbolic link being a node like others. */
  public Optional<Node> find(TreePath path) {
    return Optional.ofNullable(at(path));
  }

  /**
   * The path of what this path leads to, when symbolic links are followed as by a process whose
   * root directory is this tree (LC-B29): the last name is followed too. Empty if it leads nowhere.
   *
   * @throws MalformedContentException if it leads through more than 255 links, or to a path too
   *     long
   */
  public Optional<TreePath> follow(TreePath path) throws MalformedContentException {
    return Optional.ofNullable(Resolver.resolveExisting(this::at, path));
  }

  /**
   * Opens the regular file at this path, for the caller to close. No link is followed.
   *
   * @throws ContentNotFoundException if there is nothing, or something else
   */
  public InputStream open(TreePath path) throws IOException {
    return content(path).open();
  }

  /**
   * Reads the regular file that this path leads to, symbolic links followed inside this tree as in
   * {@link #follow}. Nothing else is ever opened, and no more than asked for is read (LC-C9).
   *
   * @param limit the most bytes the file may have
   * @throws ContentNotFoundException if the path leads nowhere, or to something else
   * @throws LimitExceededException if the file is larger
   * @throws IOException if the content cannot be had
   */
  public byte[] read(TreePath path, int limit) throws IOException {
    if (limit < 0) {
      throw new IllegalArgumentException("a limit is not negative: " + limit);
    }
    TreePath place =
        follow(path)
            .orElseThrow(() -> new ContentNotFoundException("path " + path + " leads nowhere"));
    FileContent content = content(place);
    if (content.size() > limit) {
      throw new LimitExceededException(
          "file " + place + " of " + content.size() + " bytes", "limit", limit);
    }
    try (InputStream in = content.open()) {
      return in.readNBytes(limit);
    }
  }

  private FileContent content(TreePath path) throws ContentNotFoundException {
    if (at(path) instanceof Node.RegularFile file) {
      return file.content();
    }
    throw new ContentNotFoundException("no regular file at " + path);
  }

  /**
   * The children of a directory, ordered by name as unsigned bytes.
   *
   * @throws ContentNotFoundException if there is no directory at the path
   */
  public List<Entry> list(TreePath directory) throws ImageException {
    if (!(at(directory) instanceof Folder folder)) {
      throw new ContentNotFoundException("no directory at " + directory);
    }
    List<Entry> children = new ArrayList<>(folder.size());
    for (int i = 0; i < folder.size(); i++) {
      children.add(new Entry(directory.trustedChild(folder.name(i)), folder.node(i)));
    }
    return List.copyOf(children);
  }

  /** All nodes, the root first, in the order of their paths. */
  public Stream<Entry> walk() {
    return walk(TreePath.root());
  }

  /**
   * The node at this path and all below it, in the order of their paths; empty if there is none.
   */
  public Stream<Entry> walk(TreePath from) {
    Node start = at(from);
    if (start == null) {
      return Stream.empty();
    }
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(
            new Walk(new Entry(from, start)),
            Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL),
        false);
  }

  /**
   * All names of the inode at this path, in order, this one among them; this path alone if it has
   * no other name or is a directory; empty if there is nothing.
   */
  public List<TreePath> linksOf(TreePath path) {
    Node node = at(path);
    if (node == null) {
      return List.of();
    }
    List<TreePath> names = links.namesOf(node);
    return names == null ? List.of(path) : names;
  }

  /** All names of the inode of an entry of this tree, as {@link #linksOf(TreePath)} gives them. */
  public List<TreePath> linksOf(Entry entry) {
    List<TreePath> names = links.namesOf(entry.node());
    return names == null ? List.of(entry.path()) : names;
  }

  /** The number of names, at every depth; the root has none. */
  public long count() {
    return root.count();
  }

  /** How many names the directory has that has most of them. */
  public int largestDirectory() {
    return root.largest();
  }

  /** The bytes in regular files, each inode counted once (LC-E17). */
  public long size() {
    return size(TreePath.root());
  }

  /**
   * The bytes in regular files at and below this path, each inode counted once; 0 if there is
   * nothing.
   */
  public long size(TreePath path) {
    Node node = at(path);
    if (!(node instanceof Folder folder)) {
      return node == null ? 0 : Folder.sizeOf(node);
    }
    long[] repeated = new long[1];
    links.forEach(
        (linked, names) -> {
          long within = names.stream().filter(name -> name.startsWith(path)).count();
          repeated[0] += Folder.sizeOf(linked) * Math.max(0, within - 1);
        });
    return folder.bytes() - repeated[0];
  }

  /** An editor that starts from this tree and leaves it as it is. */
  public TreeEditor edit() {
    return new TreeEditor(this);
  }

  /**
   * The tree that this one becomes under a layer (LC-M6).
   *
   * <p>First every removal, wherever it stands in the layer, acts on this tree; then all other
   * entries act in their order, each on the result of those before. Missing parents become
   * directories of {@code 0755}, owner 0:0 and the epoch; a symbolic link as parent is followed
   * within the tree; a link may also name what the layer removes.
   *
   * @param entries the layer; iterated more than once
   * @param findings takes what is irregular but harmless
   * @throws MalformedContentException if the layer cannot be applied to this tree, or a finding is
   *     reported and findings are strict
   */
  public FileTree apply(Iterable<? extends LayerEntry> entries, Findings findings)
      throws MalformedContentException {
    ApplyOptions options = ApplyOptions.defaults().withFindings(findings);
    try {
      return new LayerApplier(this, options, Pace.unasked(), null).apply(entries);
    } catch (InterruptedIOException e) {
      throw new AssertionError("nobody looks for interruptions", e);
    }
  }

  /**
   * The tree that this one becomes under a layer, as {@link #apply(Iterable, Findings)}.
   *
   * @param entries the layer; iterated more than once
   * @throws MalformedContentException if the layer cannot be applied to this tree, or a finding is
   *     reported and findings are strict
   * @throws InterruptedIOException if the thread is interrupted, which it stays
   */
  public FileTree apply(Iterable<? extends LayerEntry> entries, ApplyOptions options)
      throws MalformedContentException, InterruptedIOException {
    try (Pace pace = Pace.start("Apply a layer", options.progress())) {
      return new LayerApplier(this, options, pace, null).apply(entries);
    }
  }

  Folder rootFolder() {
    return root;
  }

  Links links() {
    return links;
  }

  @Nullable Node at(TreePath path) {
    return root.find(path);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FileTree that && haveEqualNodes(root, that.root) && hasLinksOf(that);
  }

  @Override
  public int hashCode() {
    return Objects.hash(root.count(), root.bytes(), root.metadata());
  }

  /** A short text for people: how many names there are and how many bytes. */
  @Override
  public String toString() {
    return "file tree of " + count() + " names and " + size() + " bytes";
  }

  private static boolean haveEqualNodes(Folder root, Folder otherRoot) {
    Deque<Folder> ahead = new ArrayDeque<>(List.of(root, otherRoot));
    while (!ahead.isEmpty()) {
      Folder a = ahead.removeFirst();
      Folder b = ahead.removeFirst();
      if (!Nodes.isSame(a, b) && !haveEqualChildren(a, b, ahead)) {
        return false;
      }
    }
    return true;
  }

  /** Leaves the directories among the children, in pairs, to be compared next. */
  private static boolean haveEqualChildren(Folder a, Folder b, Deque<Folder> ahead) {
    if (a.count() != b.count() || a.size() != b.size() || !a.equals(b)) {
      return false;
    }
    for (int i = 0; i < a.size(); i++) {
      if (!Arrays.equals(a.name(i), b.name(i)) || !a.node(i).equals(b.node(i))) {
        return false;
      }
      if (a.node(i) instanceof Folder folder && b.node(i) instanceof Folder other) {
        ahead.addLast(folder);
        ahead.addLast(other);
      }
    }
    return true;
  }

  private boolean hasLinksOf(FileTree other) {
    boolean[] same = {links.size() == other.links.size()};
    links.forEach((node, names) -> same[0] &= names.equals(other.linksOf(names.get(0))));
    return same[0];
  }

  /** Goes through a subtree from the front, keeping the directories it is in. */
  private static final class Walk implements Iterator<Entry> {
    private final Deque<Level> levels = new ArrayDeque<>();
    private @Nullable Entry next;

    Walk(Entry start) {
      next = start;
    }

    @Override
    public boolean hasNext() {
      return next != null;
    }

    @Override
    public Entry next() {
      Entry entry = next;
      if (entry == null) {
        throw new NoSuchElementException();
      }
      if (entry.node() instanceof Folder folder) {
        levels.push(new Level(entry.path(), folder));
      }
      next = advance();
      return entry;
    }

    private @Nullable Entry advance() {
      while (!levels.isEmpty()) {
        Level level = levels.peek();
        if (level.index < level.folder.size()) {
          int index = level.index++;
          return new Entry(
              level.path.trustedChild(level.folder.name(index)), level.folder.node(index));
        }
        levels.pop();
      }
      return null;
    }

    private static final class Level {
      final TreePath path;
      final Folder folder;
      int index;

      Level(TreePath path, Folder folder) {
        this.path = path;
        this.folder = folder;
      }
    }
  }
}
