package dev.imbrex.layers.tree;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * LC-M6 written down a second time, as plainly as possible: one map from whole paths to inodes,
 * paths being strings of ASCII without slashes at the ends and "" the root. Slow, and meant to be
 * checked by eye.
 */
final class NaiveTree {
  /** An inode; two names are linked if they have the same object. */
  static final class Inode {
    final Node node;

    /** What stays the same when a directory only gets other attributes. */
    final Object identity;

    Inode(Node node) {
      this(node, new Object());
    }

    Inode(Node node, Object identity) {
      this.node = node;
      this.identity = identity;
    }

    boolean isDirectory() {
      return node instanceof Node.Directory;
    }
  }

  /** What a layer that cannot be applied ends in. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String reason) {
      super(reason);
    }
  }

  private Map<String, Inode> now = new HashMap<>();

  /** What the entries of the last layer made, in their order, visible or not. */
  private final Map<Inode, String> made = new LinkedHashMap<>();

  NaiveTree() {
    now.put("", new Inode(new Node.Directory(Metadata.forDirectory())));
  }

  void apply(List<LayerEntry> layer) throws Refused {
    Map<String, Inode> lower = Map.copyOf(now);
    now = new HashMap<>(lower);
    made.clear();

    for (LayerEntry entry : layer) {
      if (entry instanceof LayerEntry.Removal) {
        String directory = whiteoutDirectory(lower, layer, parent(text(entry.path())));
        if (directory != null) {
          removeTree(join(directory, last(text(entry.path()))));
        }
      } else if (entry instanceof LayerEntry.Opaque) {
        String directory = whiteoutDirectory(lower, layer, text(entry.path()));
        if (directory != null) {
          removeBelow(directory);
        }
      }
    }

    Set<String> own = new HashSet<>();
    Map<String, Inode> hidden = new HashMap<>();
    for (LayerEntry entry : layer) {
      String path = text(entry.path());
      if (entry instanceof LayerEntry.Present present) {
        Inode inode = new Inode(present.node());
        if (path.startsWith(".wh..wh.plnk/")) {
          hidden.put(path, inode);
          made.put(inode, path);
        } else {
          made.put(inode, place(now, path));
          put(path, inode, own);
        }
      } else if (entry instanceof LayerEntry.Link link) {
        Inode inode = linkTarget(lower, hidden, path, text(link.target()));
        if (path.startsWith(".wh..wh.plnk/")) {
          hidden.put(path, inode);
        } else {
          put(path, inode, own);
        }
      }
    }
  }

  /** B43. */
  static @Nullable String whiteoutDirectory(
      Map<String, Inode> lower, List<LayerEntry> layer, String named) throws Refused {
    String walked = "";
    String reached = "";
    for (String name : names(named)) {
      walked = join(walked, name);
      reached = join(reached, name);
      String here = walked;
      List<LayerEntry> own =
          layer.stream()
              .filter(e -> e instanceof LayerEntry.Present || e instanceof LayerEntry.Link)
              .filter(e -> text(e.path()).equals(here))
              .toList();
      if (own.isEmpty()) {
        reached = resolve(lower, reached);
      } else if (!own.stream()
          .allMatch(e -> e instanceof LayerEntry.Present p && p.node() instanceof Node.Directory)) {
        return null;
      }
      if (!lower.containsKey(reached) || !lower.get(reached).isDirectory()) {
        return null;
      }
    }
    return reached;
  }

  /** B51 to B54. */
  private Inode linkTarget(
      Map<String, Inode> lower, Map<String, Inode> hidden, String path, String target)
      throws Refused {
    if (path.isEmpty()) {
      throw new Refused("root as link");
    }
    Inode inode;
    if (Arrays.stream(target.split("/")).anyMatch(name -> name.startsWith(".wh."))) {
      inode = hidden.get(target);
    } else {
      if (!path.startsWith(".wh..wh.plnk/") && place(now, path).equals(place(now, target))) {
        throw new Refused("link to itself");
      }
      inode = now.get(place(now, target));
      if (inode == null) {
        inode = lower.get(place(lower, target));
      }
    }
    if (inode == null || inode.isDirectory()) {
      throw new Refused("link to nothing or to a directory");
    }
    return inode;
  }

  /** B27, B32 to B34, B46 to B50. */
  private void put(String path, Inode inode, Set<String> own) throws Refused {
    String place = place(now, path);
    if (place.isEmpty()) {
      if (!inode.isDirectory()) {
        throw new Refused("root as something else");
      }
      now.put("", new Inode(inode.node, requireNonNull(now.get("")).identity));
      return;
    }
    String ancestor = "";
    for (String name : names(parent(place))) {
      ancestor = join(ancestor, name);
      Inode there = now.get(ancestor);
      if (there != null && !there.isDirectory() && own.contains(ancestor)) {
        throw new Refused("parent is the layer's own " + there.node);
      }
      if (there == null || !there.isDirectory()) {
        now.put(ancestor, new Inode(new Node.Directory(Metadata.forDirectory())));
      }
    }
    Inode old = now.get(place);
    if (old == null || !old.isDirectory() || !inode.isDirectory()) {
      removeTree(place);
      now.put(place, inode);
    } else {
      now.put(place, new Inode(inode.node, old.identity));
    }
    own.add(place);
  }

  private static String place(Map<String, Inode> tree, String path) throws Refused {
    return path.isEmpty() ? "" : join(resolve(tree, parent(path)), last(path));
  }

  /** B29. */
  private static String resolve(Map<String, Inode> tree, String path) throws Refused {
    List<String> todo = new ArrayList<>(names(path));
    String at = "";
    int followed = 0;
    while (!todo.isEmpty()) {
      String name = todo.remove(0);
      if (name.equals("..")) {
        at = parent(at);
      } else if (!name.isEmpty() && !name.equals(".")) {
        Inode inode = tree.get(join(at, name));
        if (inode != null && inode.node instanceof Node.Symlink link) {
          if (++followed > 255) {
            throw new Refused("loop");
          }
          String target = link.target().toString();
          at = target.startsWith("/") ? "" : at;
          todo.addAll(0, names(target));
        } else {
          at = join(at, name);
        }
      }
    }
    return at;
  }

  private void removeTree(String path) {
    now.remove(path);
    removeBelow(path);
  }

  private void removeBelow(String directory) {
    now.keySet()
        .removeIf(p -> !p.isEmpty() && (directory.isEmpty() || p.startsWith(directory + "/")));
  }

  private static List<String> names(String path) {
    return path.isEmpty() ? List.of() : Arrays.asList(path.split("/"));
  }

  private static String parent(String path) {
    return path.contains("/") ? path.substring(0, path.lastIndexOf('/')) : "";
  }

  private static String last(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String join(String directory, String name) {
    return directory.isEmpty() ? name : directory + "/" + name;
  }

  static String text(TreePath path) {
    return path.toString().substring(1);
  }

  /** What every path leads to now. */
  Map<String, Inode> now() {
    return Map.copyOf(now);
  }

  Map<Inode, String> made() {
    return new LinkedHashMap<>(made);
  }

  /** Bytes in files, each inode once. */
  long size() {
    return new HashSet<>(now.values())
        .stream()
            .mapToLong(i -> i.node instanceof Node.RegularFile f ? f.content().size() : 0)
            .sum();
  }

  /** One line for each name: path, node, and the names of its group. */
  String dump() {
    Map<Inode, List<String>> groups = new HashMap<>();
    new TreeMap<>(now)
        .forEach((path, i) -> groups.computeIfAbsent(i, x -> new ArrayList<>()).add(path));
    return new TreeMap<>(now)
        .entrySet().stream()
            .map(e -> line(e.getKey(), e.getValue().node, groups.get(e.getValue())))
            .collect(Collectors.joining("\n"));
  }

  /** The same lines for the tree under test. */
  static String dump(FileTree tree) {
    Map<String, String> lines = new TreeMap<>();
    tree.walk()
        .forEach(
            e -> {
              List<String> group =
                  tree.linksOf(e.path()).stream().map(NaiveTree::text).sorted().toList();
              lines.put(text(e.path()), line(text(e.path()), e.node(), group));
            });
    return String.join("\n", lines.values());
  }

  private static String line(String path, Node node, @Nullable List<String> group) {
    String content = node instanceof Node.RegularFile f ? " " + f.content() : "";
    return "/" + path + " " + node + content + " " + group;
  }
}
