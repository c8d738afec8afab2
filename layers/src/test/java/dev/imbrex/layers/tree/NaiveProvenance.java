package dev.imbrex.layers.tree;

import dev.imbrex.layers.tree.Change.Aspect;
import dev.imbrex.layers.tree.NaiveTree.Inode;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** LC-E14 to LC-E16 written down a second time, over whole maps of all heights. */
final class NaiveProvenance {
  private final List<List<LayerEntry>> layers;
  private final List<Map<String, Inode>> heights = new ArrayList<>();
  private final List<Map<Inode, String>> made = new ArrayList<>();

  NaiveProvenance(List<List<LayerEntry>> layers) throws NaiveTree.Refused {
    this.layers = layers;
    NaiveTree tree = new NaiveTree();
    heights.add(tree.now());
    for (List<LayerEntry> layer : layers) {
      tree.apply(layer);
      heights.add(tree.now());
      made.add(tree.made());
    }
  }

  private Map<String, Inode> top() {
    return heights.get(layers.size());
  }

  /** Path, provider, provider of content. */
  List<String> attributions() {
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, Inode> entry : new TreeMap<>(top()).entrySet()) {
      int provider = -1;
      for (int layer = 0; layer < layers.size(); layer++) {
        if (isTouched(entry.getKey(), layer)) {
          provider = layer;
        }
      }
      if (provider >= 0) {
        int maker = provider;
        for (int layer = 0; layer < layers.size(); layer++) {
          maker = made.get(layer).containsKey(entry.getValue()) ? layer : maker;
        }
        lines.add("/" + entry.getKey() + " " + provider + " " + maker);
      }
    }
    return lines;
  }

  private boolean isTouched(String path, int layer) {
    Inode before = heights.get(layer).get(path);
    Inode after = heights.get(layer + 1).get(path);
    if (before == null || after == null) {
      return before != after;
    }
    return before.identity != after.identity || !before.node.equals(after.node);
  }

  /** Path, layer, bytes. */
  List<String> wasted() {
    Set<Inode> visible = new HashSet<>(top().values());
    List<String> lines = new ArrayList<>();
    for (int layer = 0; layer < layers.size(); layer++) {
      for (Map.Entry<Inode, String> entry : made.get(layer).entrySet()) {
        if (!visible.contains(entry.getKey())
            && entry.getKey().node instanceof Node.RegularFile file) {
          lines.add("/" + entry.getValue() + " " + layer + " " + file.content().size());
        }
      }
    }
    return lines;
  }

  /** For each path that ever was there: layer, what it did, in what. */
  Map<String, List<String>> histories() throws NaiveTree.Refused {
    Set<String> all = new TreeSet<>();
    heights.forEach(map -> all.addAll(map.keySet()));
    Map<String, List<String>> histories = new LinkedHashMap<>();
    for (String path : all) {
      List<String> events = new ArrayList<>();
      for (int layer = 0; layer < layers.size(); layer++) {
        String event = event(path, layer);
        if (event != null) {
          events.add(layer + " " + event);
        }
      }
      histories.put("/" + path, events);
    }
    return histories;
  }

  private @Nullable String event(String path, int layer) throws NaiveTree.Refused {
    Inode before = heights.get(layer).get(path);
    Inode after = heights.get(layer + 1).get(path);
    if (before == null || after == null) {
      return before == after ? null : after != null ? "ADDED []" : removal(path, layer) + " []";
    }
    Set<Aspect> aspects = EnumSet.noneOf(Aspect.class);
    Node old = before.node;
    Node now = after.node;
    if (old.kind() != now.kind()) {
      aspects.add(Aspect.TYPE);
    } else if (old instanceof Node.RegularFile one && now instanceof Node.RegularFile two) {
      // The contents of generated trees are their texts.
      addIf(aspects, Aspect.CONTENT, one.content().toString(), two.content().toString());
    } else if (old instanceof Node.Symlink one && now instanceof Node.Symlink two) {
      addIf(aspects, Aspect.TARGET, one.target(), two.target());
    } else if (old instanceof Node.Device one && now instanceof Node.Device two) {
      addIf(aspects, Aspect.DEVICE, one.minor(), two.minor());
    }
    addIf(aspects, Aspect.MODE, old.metadata().mode(), now.metadata().mode());
    addIf(aspects, Aspect.OWNER, old.metadata().uid(), now.metadata().uid());
    addIf(aspects, Aspect.TIME, old.metadata().mtime(), now.metadata().mtime());
    addIf(aspects, Aspect.XATTRS, old.metadata().xattrs(), now.metadata().xattrs());
    if (!before.isDirectory() && !after.isDirectory()) {
      addIf(aspects, Aspect.LINKS, fellows(before, layer), fellows(after, layer + 1));
    }
    if (!aspects.isEmpty()) {
      return "MODIFIED " + aspects;
    }
    return before.identity == after.identity ? null : "REPLACED []";
  }

  private static void addIf(Set<Aspect> aspects, Aspect aspect, Object old, Object now) {
    if (!Objects.equals(old, now)) {
      aspects.add(aspect);
    }
  }

  private Set<String> fellows(Inode inode, int height) {
    return heights.get(height).entrySet().stream()
        .filter(entry -> entry.getValue() == inode)
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Of all whiteouts that took the path along: its own, or the one with the longest path. */
  private String removal(String path, int layer) throws NaiveTree.Refused {
    Map<String, Inode> lower = heights.get(layer);
    Map<String, String> causes = new HashMap<>();
    for (LayerEntry entry : layers.get(layer)) {
      String named = NaiveTree.text(entry.path());
      if (entry instanceof LayerEntry.Removal) {
        int slash = named.lastIndexOf('/');
        String directory =
            NaiveTree.whiteoutDirectory(
                lower, layers.get(layer), slash < 0 ? "" : named.substring(0, slash));
        String name = named.substring(slash + 1);
        if (directory != null) {
          causes.merge(
              directory.isEmpty() ? name : directory + "/" + name,
              "removed",
              (one, two) -> one + " removed");
        }
      } else if (entry instanceof LayerEntry.Opaque) {
        String directory = NaiveTree.whiteoutDirectory(lower, layers.get(layer), named);
        if (directory != null) {
          causes.merge(directory, "opaque", (one, two) -> one + " opaque");
        }
      }
    }
    if (causes.getOrDefault(path, "").contains("removed")) {
      return "REMOVED";
    }
    String nearest =
        causes.keySet().stream()
            .filter(p -> p.isEmpty() || path.startsWith(p + "/"))
            .max((p, q) -> Integer.compare(p.length(), q.length()))
            .orElse("nothing");
    return causes.getOrDefault(nearest, "").contains("opaque")
        ? "REMOVED_BY_OPAQUE"
        : "REMOVED_WITH_PARENT";
  }
}
