package dev.imbrex.report;

import dev.imbrex.layers.tree.Change;
import dev.imbrex.layers.tree.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a report says of one path. */
final class PathRow {
  static final int ADDED = 1;
  static final int MODIFIED = 2;
  static final int DELETED = 3;

  /** Sent again, all the same. */
  static final int AGAIN = 4;

  /** In the layer, and hidden by it. */
  static final int HIDDEN = 5;

  /** No layer. */
  static final int NONE = -1;

  private static final int ASPECTS = 3;

  /** The script of the page has the same list. */
  private static final List<Change.Aspect> ORDER =
      List.of(
          Change.Aspect.TYPE,
          Change.Aspect.CONTENT,
          Change.Aspect.TARGET,
          Change.Aspect.DEVICE,
          Change.Aspect.MODE,
          Change.Aspect.OWNER,
          Change.Aspect.TIME,
          Change.Aspect.XATTRS,
          Change.Aspect.LINKS);

  /** What is there, or was last; null for a directory of which nothing more is known. */
  @Nullable Node node;

  /** The layer that provides the path; {@link #NONE} if it is not in the image. */
  int layer = NONE;

  /** The layer in which its bytes lie. */
  int contentLayer = NONE;

  /** The bytes of the regular file, as it is or was last. */
  long size;

  private List<Event> events = List.of();

  /**
   * Something that was done to the path.
   *
   * @param group the layer that did it; 0 if two images are compared
   * @param code one of the constants, and above it a bit for each aspect, in their order
   * @param size bytes of the file after it; if two images are compared, before it
   */
  record Event(int group, int code, long size) {
    int kind() {
      return code & (1 << ASPECTS) - 1;
    }
  }

  List<Event> events() {
    return events;
  }

  void add(int group, Change change, long bytes) {
    int code =
        switch (change.kind()) {
          case ADDED -> ADDED;
          case MODIFIED -> MODIFIED;
          case DELETED -> DELETED;
        };
    if (change instanceof Change.Modified modified) {
      code |= bits(modified.aspects());
    }
    add(new Event(group, code, bytes));
  }

  /** Adds an event unless the group has one already; groups stay in order. */
  void add(Event event) {
    List<Event> more = events.isEmpty() ? new ArrayList<>(1) : events;
    int at = more.size();
    while (at > 0 && more.get(at - 1).group() > event.group()) {
      at--;
    }
    if (at == 0 || more.get(at - 1).group() != event.group()) {
      more.add(at, event);
    }
    events = more;
  }

  private static int bits(Collection<Change.Aspect> aspects) {
    return aspects.stream().mapToInt(aspect -> 1 << (ASPECTS + ORDER.indexOf(aspect))).sum();
  }
}
