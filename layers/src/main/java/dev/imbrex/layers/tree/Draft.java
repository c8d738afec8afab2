package dev.imbrex.layers.tree;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A directory while it is edited: the one it started from, and what has become different. */
final class Draft {
  /** What stands at a name: a node, a directory being edited, or (both null) nothing any more. */
  record Slot(@Nullable Node node, @Nullable Draft draft) {
    private static final Slot NOTHING = new Slot(null, null);

    boolean isNothing() {
      return node == null && draft == null;
    }

    /** The node as a reader sees it; a directory being edited shows its attributes. */
    @Nullable Node shown() {
      return draft == null ? node : draft.attributes;
    }
  }

  /** The directory this one started from, as long as its children are visible. */
  private @Nullable Folder base;

  private Node.Directory attributes;
  private final TreeMap<byte[], Slot> changes = new TreeMap<>(Arrays::compareUnsigned);

  /** A draft that starts as a copy of this directory. */
  Draft(Folder origin) {
    this.base = origin;
    this.attributes = origin;
  }

  /** A draft of a new, empty directory. */
  Draft(Metadata metadata) {
    this.attributes = new Node.Directory(metadata);
  }

  Node.Directory attributes() {
    return attributes;
  }

  void setMetadata(Metadata metadata) {
    attributes = new Node.Directory(metadata);
  }

  /** What stands at the name, or null for nothing. */
  @Nullable Slot find(byte[] name) {
    Slot slot = changes.get(name);
    if (slot != null) {
      return slot.isNothing() ? null : slot;
    }
    Node node = base == null ? null : base.find(name);
    return node == null ? null : new Slot(node, null);
  }

  /** The directory of this name, ready to be edited, or null if no directory has the name. */
  @Nullable Draft enter(byte[] name) {
    Slot slot = find(name);
    if (slot == null || slot.draft() != null) {
      return slot == null ? null : slot.draft();
    }
    if (!(slot.node() instanceof Folder folder)) {
      return null;
    }
    Draft draft = new Draft(folder);
    changes.put(name, new Slot(null, draft));
    return draft;
  }

  /** Puts a node, a directory with all its children too, in place of what was there. */
  void put(byte[] name, Node node) {
    changes.put(name, new Slot(node, null));
  }

  /** Puts a new directory, in place of what was there. */
  Draft putDirectory(byte[] name, Metadata metadata) {
    Draft draft = new Draft(metadata);
    changes.put(name, new Slot(null, draft));
    return draft;
  }

  void remove(byte[] name) {
    if (base != null && base.indexOf(name) >= 0) {
      changes.put(name, Slot.NOTHING);
    } else {
      changes.remove(name);
    }
  }

  void clear() {
    changes.clear();
    base = null;
  }

  /** Shows every child, in no promised order. */
  void forEach(BiConsumer<byte[], Slot> visitor) {
    changes.forEach(
        (name, slot) -> {
          if (!slot.isNothing()) {
            visitor.accept(name, slot);
          }
        });
    if (base != null) {
      for (int i = 0; i < base.size(); i++) {
        if (!changes.containsKey(base.name(i))) {
          visitor.accept(base.name(i), new Slot(base.node(i), null));
        }
      }
    }
  }

  /**
   * The directory as it has become; the very one it started from if nothing came of the edits. Goes
   * down without recursion, as directories can be deeper than a thread's stack.
   */
  Folder freeze() {
    Deque<Freeze> levels = new ArrayDeque<>();
    levels.push(new Freeze(this));
    while (true) {
      Freeze level = levels.element();
      Draft next = level.advance();
      if (next != null) {
        levels.push(new Freeze(next));
        continue;
      }
      Folder frozen = level.finish();
      levels.remove();
      if (levels.isEmpty()) {
        return frozen;
      }
      levels.element().take(frozen);
    }
  }

  /** A draft being frozen, and how far that is. */
  private static final class Freeze {
    private final Draft draft;
    private final Merge merge;
    private final Iterator<Map.Entry<byte[], Slot>> changes;
    private byte[] awaited = {};

    Freeze(Draft draft) {
      this.draft = draft;
      this.merge = new Merge(draft.base, draft.changes.size());
      this.changes = draft.changes.entrySet().iterator();
    }

    /** Takes the changes up to the next directory that has to be frozen before; null at the end. */
    @Nullable Draft advance() {
      while (changes.hasNext()) {
        Map.Entry<byte[], Slot> change = changes.next();
        Draft directory = change.getValue().draft();
        if (directory != null) {
          awaited = change.getKey();
          return directory;
        }
        merge.take(change.getKey(), change.getValue().node());
      }
      return null;
    }

    void take(Folder frozen) {
      merge.take(awaited, frozen);
    }

    Folder finish() {
      Folder base = draft.base;
      Metadata metadata = draft.attributes.metadata();
      return base != null && !merge.changed && metadata.equals(base.metadata())
          ? base
          : merge.finish(metadata);
    }
  }

  /** Merges the sorted changes into the sorted children. */
  private static final class Merge {
    private final @Nullable Folder base;
    private byte[][] names;
    private Node[] nodes;
    private int size;
    private int next;
    private boolean changed;

    Merge(@Nullable Folder base, int changes) {
      this.base = base;
      int most = (base == null ? 0 : base.size()) + changes;
      this.names = new byte[most][];
      this.nodes = new Node[most];
    }

    void take(byte[] name, @Nullable Node node) {
      copyUntil(name);
      Node old = null;
      byte[] kept = name;
      if (base != null && next < base.size() && Arrays.equals(base.name(next), name)) {
        old = base.node(next);
        kept = base.name(next);
        next++;
      }
      changed |= !Nodes.isSame(old, node);
      if (node != null) {
        add(kept, node);
      }
    }

    private void copyUntil(byte @Nullable [] name) {
      while (base != null
          && next < base.size()
          && (name == null || Arrays.compareUnsigned(base.name(next), name) < 0)) {
        add(base.name(next), base.node(next));
        next++;
      }
    }

    private void add(byte[] name, Node node) {
      names[size] = name;
      nodes[size] = node;
      size++;
    }

    Folder finish(Metadata metadata) {
      copyUntil(null);
      if (size < names.length) {
        names = Arrays.copyOf(names, size);
        nodes = Arrays.copyOf(nodes, size);
      }
      return new Folder(metadata, names, nodes);
    }
  }
}
