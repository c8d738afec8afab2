package dev.imbrex.report;

import dev.imbrex.layers.progress.Progress;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.layers.tree.WastedFile;
import dev.imbrex.manifest.error.LimitExceededException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The paths of a report, those that are gone among them, and how they are written: in the order of
 * paths, which puts what is in a directory behind it, one column after another. A path is its place
 * in that order.
 */
final class PathTable {
  /** Set in the code of an event that is followed by a size. */
  static final int HAS_SIZE = 1 << 12;

  private static final int STRIDE = 1024;

  private final NavigableMap<TreePath, PathRow> rows = new TreeMap<>();
  private final Map<TreePath, Integer> deleters = new HashMap<>();
  private final FileTree files;
  private final int groups;
  private final int limit;

  /**
   * An empty table.
   *
   * @param files the tree that is shown
   * @param groups for how many layers there can be events
   * @param limit how many rows there may be
   */
  PathTable(FileTree files, int groups, int limit) {
    this.files = files;
    this.groups = groups;
    this.limit = limit;
    rows.put(TreePath.root(), new PathRow());
  }

  /** The row of a path; it and those of its parents are made if they are not there. */
  PathRow row(TreePath path) throws LimitExceededException {
    PathRow found = rows.get(path);
    if (found != null) {
      return found;
    }
    row(path.parent());
    if (rows.size() >= limit) {
      throw new LimitExceededException("The report", "maxPaths", limit);
    }
    PathRow made = new PathRow();
    rows.put(path, made);
    return made;
  }

  /** Says which layer deleted a path, where only two images are compared. */
  void deletedBy(TreePath path, int layer) {
    deleters.put(path, layer);
  }

  void writeTo(JsonText json, Progress progress) throws IOException {
    try (Progress.Task task = progress.start("List paths", -1)) {
      json.object();
      json.name("names").value(names());
      writeColumns(json, task);
      writeRare(json);
      writeLinks(json);
      json.name("events").array();
      for (int group = 0; group < groups; group++) {
        goOn(task);
        writeEvents(group, json);
      }
      json.end().end();
    }
  }

  /** Triples of path, layer and bytes. */
  void writeWasted(JsonText json, List<WastedFile> files) {
    Map<TreePath, Integer> places = places();
    json.array();
    for (WastedFile file : files) {
      if (file.bytes() > 0) {
        json.value(placeOf(file.path(), places)).value(file.layer()).value(file.bytes());
      }
    }
    json.end();
  }

  /** All names, in one text: no name has a slash. That of the root is empty. */
  private String names() {
    StringBuilder names = new StringBuilder(rows.size() * 12);
    for (TreePath path : rows.keySet()) {
      if (!path.isRoot()) {
        names.append('/').append(path.name());
      }
    }
    return names.toString();
  }

  private void writeColumns(JsonText json, Progress.Task task) throws IOException {
    int[] up = new int[rows.size()];
    int[] kind = new int[rows.size()];
    int[] layer = new int[rows.size()];
    Map<String, Integer> kinds = new HashMap<>();
    List<String> kindList = new ArrayList<>();
    int i = 0;
    int depth = 0;
    for (Map.Entry<TreePath, PathRow> row : rows.entrySet()) {
      if (i % STRIDE == 0) {
        goOn(task);
      }
      int own = row.getKey().depth();
      up[i] = depth + 1 - own;
      depth = own;
      String text = kindOf(row.getValue());
      Integer known = kinds.putIfAbsent(text, kinds.size());
      if (known == null) {
        kindList.add(text);
      }
      kind[i] = known == null ? kinds.size() - 1 : known;
      layer[i] = row.getValue().layer;
      i++;
    }
    json.name("up").values(up, i);
    json.name("kinds").array();
    kindList.forEach(json::value);
    json.end().name("kind").values(kind, i);
    json.name("layer").values(layer, i);
    json.name("size").array();
    rows.values().forEach(row -> json.value(row.size));
    json.end().name("time").array();
    long last = 0;
    for (PathRow row : rows.values()) {
      long time = row.node == null ? last : row.node.metadata().mtime().getEpochSecond();
      json.value(time - last);
      last = time;
    }
    json.end();
  }

  /** Type, mode, user and group. */
  private static String kindOf(PathRow row) {
    Node node = row.node;
    if (node == null) {
      return row.events().isEmpty() ? "d" : "f"; // What a layer hides itself was never in a tree.
    }
    String type =
        switch (node.kind()) {
          case REGULAR -> "f";
          case DIRECTORY -> "d";
          case SYMLINK -> "l";
          case CHARACTER_DEVICE -> "c";
          case BLOCK_DEVICE -> "b";
          case FIFO -> "p";
        };
    return String.join(
        " ",
        type,
        Integer.toOctalString(node.metadata().mode()),
        Long.toString(node.metadata().uid()),
        Long.toString(node.metadata().gid()));
  }

  /** What few paths have, by path. */
  private void writeRare(JsonText json) {
    Map<Integer, String> targets = new TreeMap<>();
    Map<Integer, String> xattrs = new TreeMap<>();
    Map<Integer, Integer> contents = new TreeMap<>();
    Map<Integer, Integer> deletions = new TreeMap<>();
    int i = 0;
    for (Map.Entry<TreePath, PathRow> entry : rows.entrySet()) {
      PathRow row = entry.getValue();
      Node node = row.node;
      if (node instanceof Node.Symlink link) {
        targets.put(i, link.target().toString());
      } else if (node instanceof Node.Device device) {
        targets.put(i, device.major() + ":" + device.minor());
      }
      if (node != null && !node.metadata().xattrs().isEmpty()) {
        xattrs.put(i, node.metadata().xattrs().toString());
      }
      if (row.contentLayer != row.layer) {
        contents.put(i, row.contentLayer);
      }
      Integer deleter = deleters.get(entry.getKey());
      if (deleter != null) {
        deletions.put(i, deleter);
      }
      i++;
    }
    write(json.name("target"), targets);
    write(json.name("xattrs"), xattrs);
    write(json.name("content"), contents);
    write(json.name("deleter"), deletions);
  }

  private static void write(JsonText json, Map<Integer, ?> values) {
    json.object();
    values.forEach(
        (place, value) -> {
          json.name(place.toString());
          if (value instanceof Integer number) {
            json.value(number);
          } else {
            json.value(value.toString());
          }
        });
    json.end();
  }

  /** Groups of paths that are names of one file. */
  private void writeLinks(JsonText json) {
    Map<TreePath, Integer> places = places();
    json.name("links").array();
    rows.forEach(
        (path, row) -> {
          if (row.layer != PathRow.NONE && row.node != null && !row.node.isDirectory()) {
            List<TreePath> names = files.linksOf(path);
            if (names.size() > 1 && names.get(0).equals(path)) {
              json.array();
              names.forEach(name -> json.value(placeOf(name, places)));
              json.end();
            }
          }
        });
    json.end();
  }

  /** Distance from the path before, code, and the size if it is not the row's. */
  private void writeEvents(int group, JsonText json) {
    json.array();
    int i = 0;
    int last = 0;
    for (PathRow row : rows.values()) {
      for (PathRow.Event event : row.events()) {
        if (event.group() == group) {
          json.value(i - last);
          if (event.size() == row.size) {
            json.value(event.code());
          } else {
            json.value(event.code() | HAS_SIZE).value(event.size());
          }
          last = i;
        }
      }
      i++;
    }
    json.end();
  }

  private Map<TreePath, Integer> places() {
    Map<TreePath, Integer> places = new HashMap<>(rows.size() * 2);
    rows.keySet().forEach(path -> places.put(path, places.size()));
    return places;
  }

  private static int placeOf(TreePath path, Map<TreePath, Integer> places) {
    return Objects.requireNonNull(places.get(path), "a path without a row");
  }

  private static void goOn(Progress.Task task) throws InterruptedIOException {
    task.advance(0);
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("Interrupted while a report was made");
    }
  }
}
