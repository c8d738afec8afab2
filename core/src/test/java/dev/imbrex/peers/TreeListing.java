package dev.imbrex.peers;

import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.digest.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A tree as lines of text that say all there is to compare: name, type, mode, owner, time in whole
 * seconds, link group, extended attributes, and content. The same for trees of ours and on disk.
 */
final class TreeListing {
  private TreeListing() {}

  static List<String> of(FileTree tree) throws IOException {
    return of(tree, true);
  }

  /** The same with sizes in place of contents, for trees whose files take long to read. */
  static List<String> withSizes(FileTree tree) throws IOException {
    return of(tree, false);
  }

  static List<String> of(Path root) throws IOException {
    return of(root, true);
  }

  static List<String> withSizes(Path root) throws IOException {
    return of(root, false);
  }

  private static List<String> of(FileTree tree, boolean contents) throws IOException {
    List<String> lines = new ArrayList<>();
    List<FileTree.Entry> entries;
    try (Stream<FileTree.Entry> walk = tree.walk()) {
      entries = walk.filter(entry -> !entry.path().isRoot()).toList();
    }
    for (FileTree.Entry entry : entries) {
      Node node = entry.node();
      Metadata metadata = node.metadata();
      Map<String, String> xattrs = new TreeMap<>();
      metadata.xattrs().forEach((name, value) -> xattrs.put(name.toString(), hex(value)));
      TreePath first = tree.linksOf(entry.path()).get(0);
      lines.add(
          line(
              entry.path().toString(),
              type(node),
              node.kind() == Node.Kind.SYMLINK ? 0777 : metadata.mode(),
              metadata.uid(),
              metadata.gid(),
              metadata.mtime(),
              first.equals(entry.path()) ? "" : first.toString(),
              xattrs,
              content(node, contents)));
    }
    lines.sort(null);
    return lines;
  }

  private static List<String> of(Path root, boolean contents) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(root)) {
      files = walk.filter(path -> !path.equals(root)).sorted().toList();
    }
    // The first name of each inode in the order of paths by their bytes, component by component.
    Map<Object, TreePath> first = new HashMap<>();
    for (Path file : files) {
      TreePath path = TreePath.of(root.relativize(file).toString());
      first.merge(key(file), path, (a, b) -> a.compareTo(b) < 0 ? a : b);
    }
    List<String> lines = new ArrayList<>();
    for (Path file : files) {
      Map<String, Object> unix =
          Files.readAttributes(
              file, "unix:mode,uid,gid,lastModifiedTime,fileKey", LinkOption.NOFOLLOW_LINKS);
      TreePath path = TreePath.of(root.relativize(file).toString());
      TreePath group = first.get(key(file));
      int mode = (Integer) unix.get("mode");
      lines.add(
          line(
              path.toString(),
              type(mode),
              mode & 07777,
              Integer.toUnsignedLong((Integer) unix.get("uid")),
              Integer.toUnsignedLong((Integer) unix.get("gid")),
              ((FileTime) unix.get("lastModifiedTime")).toInstant(),
              path.equals(group) ? "" : group.toString(),
              xattrs(file, mode),
              content(file, mode, contents)));
    }
    lines.sort(null);
    return lines;
  }

  private static String line(
      String path,
      String type,
      int mode,
      long uid,
      long gid,
      Instant mtime,
      String linkedTo,
      Map<String, String> xattrs,
      String content) {
    return "%s %s %04o %d:%d %d [%s] %s %s"
        .formatted(path, type, mode, uid, gid, mtime.getEpochSecond(), linkedTo, xattrs, content);
  }

  private static Object key(Path file) throws IOException {
    return Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)
        ? file
        : Files.getAttribute(file, "unix:fileKey", LinkOption.NOFOLLOW_LINKS);
  }

  private static String type(Node node) {
    return switch (node.kind()) {
      case REGULAR -> "file";
      case DIRECTORY -> "directory";
      case SYMLINK -> "symlink";
      case CHARACTER_DEVICE -> "character";
      case BLOCK_DEVICE -> "block";
      case FIFO -> "fifo";
    };
  }

  private static String type(int mode) {
    return switch (mode & 0170000) {
      case 0100000 -> "file";
      case 0040000 -> "directory";
      case 0120000 -> "symlink";
      case 0020000 -> "character";
      case 0060000 -> "block";
      case 0010000 -> "fifo";
      default -> "other";
    };
  }

  private static String content(Node node, boolean contents) throws IOException {
    if (node instanceof Node.RegularFile file) {
      if (!contents) {
        return Long.toString(file.content().size());
      }
      try (InputStream in = file.content().open()) {
        return Digest.sha256(in.readAllBytes()).toString();
      }
    }
    return node instanceof Node.Symlink link ? link.target().toString() : "";
  }

  private static String content(Path file, int mode, boolean contents) throws IOException {
    return switch (type(mode)) {
      case "file" ->
          !contents
              ? Long.toString(Files.size(file))
              : Digest.sha256(Files.readAllBytes(file)).toString();
      case "symlink" -> Files.readSymbolicLink(file).toString();
      default -> "";
    };
  }

  private static Map<String, String> xattrs(Path file, int mode) throws IOException {
    Map<String, String> xattrs = new TreeMap<>();
    if (type(mode).equals("file") || type(mode).equals("directory")) {
      UserDefinedFileAttributeView view =
          Files.getFileAttributeView(file, UserDefinedFileAttributeView.class);
      for (String name : view.list()) {
        ByteBuffer value = ByteBuffer.allocate(view.size(name));
        view.read(name, value);
        xattrs.put("user." + name, hex(ByteString.of(value.array())));
      }
    }
    return xattrs;
  }

  private static String hex(ByteString value) {
    return HexFormat.of().formatHex(value.toBytes());
  }
}
