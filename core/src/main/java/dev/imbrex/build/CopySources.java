package dev.imbrex.build;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.imbrex.dockerfile.GlobPattern;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.ContentNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds what the sources of {@code COPY} and {@code ADD} stand for in a tree (SN-B17). */
final class CopySources {
  private final FileTree files;
  private final String where;

  /**
   * A source that was found.
   *
   * @param path where it is, links followed
   * @param asked the path it was asked for by, which gives its name
   */
  record Found(TreePath path, TreePath asked) {}

  /**
   * Looks in these files.
   *
   * @param where what they are, for messages
   */
  CopySources(FileTree files, String where) {
    this.files = files;
    this.where = where;
  }

  /** The text of a path, without a leading slash. */
  static String text(TreePath path) {
    return new String(path.toBytes(), UTF_8);
  }

  /** The names of a path that cannot leave the root, whatever it says. */
  static List<String> names(String path) {
    List<String> names = new ArrayList<>();
    for (String name : path.split("/", -1)) {
      if (name.equals("..")) {
        if (!names.isEmpty()) {
          names.remove(names.size() - 1);
        }
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.add(name);
      }
    }
    return names;
  }

  /**
   * What a source stands for: one path, or for a pattern all that match, in order.
   *
   * @param deep whether {@code **} stands for directories at any depth
   */
  List<Found> find(String source, boolean deep) throws IOException {
    List<String> names = names(source);
    int plain = 0;
    while (plain < names.size() && !GlobPattern.hasWildcards(names.get(plain))) {
      plain++;
    }
    TreePath start = TreePath.of(String.join("/", names.subList(0, plain)));
    if (plain == names.size()) {
      return List.of(new Found(follow(start, source), start));
    }
    String rest = String.join("/", names.subList(plain, names.size()));
    GlobPattern pattern = deep ? GlobPattern.parseDeep(rest) : GlobPattern.parse(rest);
    List<Found> found = new ArrayList<>();
    boolean anyDepth = deep && rest.contains("**");
    int depth = anyDepth ? TreePath.MAX_LENGTH : names.size() - plain;
    if (files.follow(start).isPresent()) {
      collect(follow(start, source), start, "", pattern, depth, found);
    }
    return found;
  }

  private void collect(
      TreePath directory,
      TreePath asked,
      String relative,
      GlobPattern pattern,
      int depth,
      List<Found> found)
      throws IOException {
    if (files.find(directory).filter(Node::isDirectory).isEmpty()) {
      return;
    }
    for (FileTree.Entry child : files.list(directory)) {
      String name = new String(child.path().name().toBytes(), UTF_8);
      String path = relative + name;
      TreePath childAsked = asked.child(child.path().name());
      if (pattern.matches(path)) {
        found.add(new Found(follow(child.path(), path), childAsked));
      } else if (child.node().isDirectory() && depth > 1) {
        collect(child.path(), childAsked, path + "/", pattern, depth - 1, found);
      }
    }
  }

  private TreePath follow(TreePath path, String source) throws IOException {
    return files
        .follow(path)
        .orElseThrow(() -> new ContentNotFoundException("There is no " + source + " in " + where));
  }
}
