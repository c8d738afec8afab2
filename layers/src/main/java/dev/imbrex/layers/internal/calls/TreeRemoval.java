package dev.imbrex.layers.internal.calls;

import dev.imbrex.layers.tree.ByteString;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Removes whole trees: through handles, never through a link, and on the heap, so that neither what
 * a directory holds nor its depth can lead it astray (LC-C4).
 */
public final class TreeRemoval {
  /** How many directories are open at a time; those further down are brought up to be removed. */
  private static final int MOST_OPEN = 64;

  private TreeRemoval() {}

  /** A directory being emptied. */
  private record Level(DirectoryHandle handle, ByteString name, Deque<ByteString> left) {}

  /**
   * Removes what has this name, with all below it; no error if there is nothing.
   *
   * @throws IOException if something cannot be removed; what is left is then a part of the tree
   */
  public static void remove(DirectoryHandle parent, ByteString name) throws IOException {
    FileStatus.Type type;
    try {
      type = parent.status(name).type();
    } catch (NoSuchFileException e) {
      return;
    }
    if (type != FileStatus.Type.DIRECTORY) {
      parent.deleteFile(name);
      return;
    }
    removeDirectory(parent, name);
  }

  private static void removeDirectory(DirectoryHandle parent, ByteString name) throws IOException {
    Deque<Level> levels = new ArrayDeque<>();
    List<ByteString> raised = new ArrayList<>();
    try {
      levels.push(open(parent, name));
      while (!levels.isEmpty()) {
        Level level = levels.peek();
        ByteString child = level.left.poll();
        if (child == null) {
          levels.pop();
          level.handle.close();
          DirectoryHandle holder = levels.isEmpty() ? parent : levels.peek().handle;
          holder.deleteDirectory(level.name);
        } else if (level.handle.status(child).type() != FileStatus.Type.DIRECTORY) {
          level.handle.deleteFile(child);
        } else if (levels.size() < MOST_OPEN) {
          levels.push(open(level.handle, child));
        } else {
          raise(levels, child, raised.size());
          raised.add(child);
        }
      }
    } finally {
      for (Level level : levels) {
        level.handle.close();
      }
    }
  }

  /** Moves a directory up to the first level, where it is removed in its turn. */
  private static void raise(Deque<Level> levels, ByteString child, int number) throws IOException {
    Level top = levels.peekLast();
    ByteString name = ByteString.of(".imbrex-removed-" + number);
    makeWritable(levels.element().handle, child);
    levels.element().handle.move(child, top.handle, name);
    top.left.add(name);
  }

  private static Level open(DirectoryHandle parent, ByteString name) throws IOException {
    makeWritable(parent, name);
    DirectoryHandle handle = parent.openDirectory(name);
    try {
      return new Level(handle, name, new ArrayDeque<>(handle.names()));
    } catch (IOException | RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  /** A directory without these permissions cannot be emptied but by root. */
  private static void makeWritable(DirectoryHandle parent, ByteString name) throws IOException {
    FileStatus status = parent.status(name);
    if (parent.support().permissions() && (status.mode() & 0700) != 0700) {
      try {
        parent.attributes(name, FileStatus.Type.DIRECTORY).setMode(0700);
      } catch (AccessDeniedException e) {
        // Another user's; whether it can be removed all the same will show.
        return;
      }
    }
  }
}
