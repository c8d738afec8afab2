package dev.imbrex.layers.internal.calls;

import dev.imbrex.layers.tree.ByteString;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Where a file is, for people: put together only when somebody reads it.
 *
 * @param name what it prints as
 */
record Shown(@Nullable Shown parent, Object name) {
  static Shown root(String path) {
    return new Shown(null, path);
  }

  Shown child(ByteString child) {
    return new Shown(this, child);
  }

  @Override
  public String toString() {
    Deque<String> names = new ArrayDeque<>();
    for (Shown shown = this; shown != null; shown = shown.parent) {
      names.addFirst(shown.name.toString());
    }
    return String.join("/", names);
  }
}
