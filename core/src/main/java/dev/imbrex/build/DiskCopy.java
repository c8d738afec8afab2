package dev.imbrex.build;

import dev.imbrex.layers.layer.Content;
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
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Takes files from any file system into a tree: what they are now, and where their bytes lie. */
final class DiskCopy {
  private static final String UNIX = "unix:mode,uid,gid,nlink,ino,dev,lastModifiedTime,size";
  private static final int PERMISSIONS = 07777;
  private static final int FILE_TYPE = 0170000;

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
    BasicFileAttributes attributes =
        Files.readAttributes(source, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (othersLeftOut && attributes.isOther()) {
      return;
    }
    Node.Kind kind = kind(source, attributes);
    Map<String, Object> unix = unixAttributes(source);
    Metadata metadata = options.change().change(source, kind, metadata(source, attributes, unix));
    if (kind == Node.Kind.DIRECTORY) {
      TreePath directory = directory(next.target, metadata);
      for (Path child : children(source)) {
        todo.add(new Todo(child, directory.child(DiskNames.nameOf(child))));
      }
      return;
    }
    @Nullable Object identity = identity(attributes, unix);
    @Nullable TreePath first = identity == null ? null : linked.putIfAbsent(identity, next.target);
    if (first != null) {
      editor.link(next.target, first);
    } else if (kind == Node.Kind.SYMLINK) {
      editor.put(
          next.target,
          new Node.Symlink(metadata, DiskNames.targetOf(Files.readSymbolicLink(source))));
    } else {
      editor.put(next.target, new Node.RegularFile(metadata, Content.file(source)));
    }
  }

  private static Node.Kind kind(Path source, BasicFileAttributes attributes)
      throws UnsupportedContentException {
    if (attributes.isDirectory()) {
      return Node.Kind.DIRECTORY;
    }
    if (attributes.isSymbolicLink()) {
      return Node.Kind.SYMLINK;
    }
    if (attributes.isRegularFile()) {
      return Node.Kind.REGULAR;
    }
    throw new UnsupportedContentException(
        "Cannot copy " + source + ": it is neither file, directory nor symbolic link");
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

  /** What only POSIX file systems tell; empty elsewhere. */
  private static Map<String, Object> unixAttributes(Path source) throws IOException {
    return source.getFileSystem().supportedFileAttributeViews().contains("unix")
        ? Files.readAttributes(source, UNIX, LinkOption.NOFOLLOW_LINKS)
        : Map.of();
  }

  private Metadata metadata(Path source, BasicFileAttributes attributes, Map<String, Object> unix)
      throws IOException {
    FileTime time = attributes.lastModifiedTime();
    Metadata metadata = Metadata.ofMode(mode(source, attributes, unix)).withMtime(time.toInstant());
    if (options.keepOwner()
        && unix.get("uid") instanceof Integer uid
        && unix.get("gid") instanceof Integer gid) {
      return metadata.withOwner(Integer.toUnsignedLong(uid), Integer.toUnsignedLong(gid));
    }
    return metadata;
  }

  private static int mode(Path source, BasicFileAttributes attributes, Map<String, Object> unix)
      throws IOException {
    if (unix.get("mode") instanceof Integer mode && (mode & FILE_TYPE) != 0) {
      return mode & PERMISSIONS;
    }
    if (source.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      return bits(Files.getPosixFilePermissions(source, LinkOption.NOFOLLOW_LINKS));
    }
    // Where there are no permissions, those that the library gives its own files.
    return attributes.isDirectory() ? 0755 : 0644;
  }

  private static int bits(Set<PosixFilePermission> permissions) {
    String letters = PosixFilePermissions.toString(permissions);
    int bits = 0;
    for (int i = 0; i < letters.length(); i++) {
      bits = bits << 1 | (letters.charAt(i) == '-' ? 0 : 1);
    }
    return bits;
  }

  /** What two names of one file share; null if the file has one name, or nobody can tell. */
  private static @Nullable Object identity(
      BasicFileAttributes attributes, Map<String, Object> unix) {
    if (attributes.isDirectory() || !(unix.get("nlink") instanceof Integer links) || links < 2) {
      return null;
    }
    return attributes.fileKey();
  }
}
