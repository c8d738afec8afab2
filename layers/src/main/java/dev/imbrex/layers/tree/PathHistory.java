package dev.imbrex.layers.tree;

import dev.imbrex.layers.tree.Change.Aspect;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells what each layer of a stack did at one path. */
final class PathHistory {
  private final List<FileTree> steps;
  private final List<LayerTrace> traces;
  private final NodeComparison comparison;

  /**
   * A teller of histories.
   *
   * @param steps the trees below the lowest layer, and above each
   */
  PathHistory(List<FileTree> steps, List<LayerTrace> traces, DiffOptions options, Pace pace) {
    this.steps = steps;
    this.traces = traces;
    this.comparison = new NodeComparison(options, new ContentComparison(pace, 1));
  }

  List<PathEvent> of(TreePath path) throws IOException {
    List<PathEvent> events = new ArrayList<>();
    for (int layer = 0; layer < traces.size(); layer++) {
      PathEvent event = event(path, layer);
      if (event != null) {
        events.add(event);
      }
    }
    return List.copyOf(events);
  }

  private @Nullable PathEvent event(TreePath path, int layer) throws IOException {
    Node before = steps.get(layer).at(path);
    Node after = steps.get(layer + 1).at(path);
    if (after == null) {
      return before == null ? null : new PathEvent(layer, traces.get(layer).causeOfRemoval(path));
    }
    if (before == null) {
      return new PathEvent(layer, PathEvent.Kind.ADDED);
    }
    Set<Aspect> aspects = comparison.aspects(before, after, path.isRoot());
    if (haveOtherLinks(path, before, after, layer)) {
      aspects.add(Aspect.LINKS);
    }
    if (!aspects.isEmpty()) {
      return new PathEvent(layer, PathEvent.Kind.MODIFIED, aspects);
    }
    return isAnother(path, before, after, layer)
        ? new PathEvent(layer, PathEvent.Kind.REPLACED)
        : null;
  }

  private boolean haveOtherLinks(TreePath path, Node before, Node after, int layer) {
    return !before.isDirectory()
        && !after.isDirectory()
        && !steps.get(layer).linksOf(path).equals(steps.get(layer + 1).linksOf(path));
  }

  private boolean isAnother(TreePath path, Node before, Node after, int layer) {
    return (before.isDirectory() && after.isDirectory())
        ? traces.get(layer).isGone(path)
        : !Nodes.isSame(before, after);
  }
}
