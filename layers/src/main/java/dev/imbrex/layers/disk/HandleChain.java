package dev.imbrex.layers.disk;

import dev.imbrex.layers.internal.calls.DirectoryHandle;
import dev.imbrex.layers.tree.TreePath;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The open directories on the way to the last one asked for, so that a walk in path order opens
 * each directory once. Only so many are kept, for a deep tree must not use up the descriptors of
 * the process; further down, each is opened from the last one kept.
 */
final class HandleChain implements Closeable {
  private static final int KEPT = 48;

  private final List<DirectoryHandle> handles = new ArrayList<>();

  /** The paths on the way, without the root. */
  private final List<TreePath> entered = new ArrayList<>();

  /** The path of the last one, if it was opened. */
  private @Nullable TreePath opened;

  /** Starts with the root, and takes it over. */
  HandleChain(DirectoryHandle root) {
    handles.add(root);
  }

  DirectoryHandle root() {
    return handles.get(0);
  }

  /**
   * The directory at a path, open until the next call.
   *
   * @throws IOException if one of the directories on the way cannot be opened, or is none
   */
  DirectoryHandle open(TreePath path) throws IOException {
    if (opened != null && opened.equals(path)) {
      return last();
    }
    opened = null;
    int common = entered.size();
    while (common > 0 && !path.startsWith(entered.get(common - 1))) {
      common--;
    }
    closeDownTo(common);
    Deque<TreePath> missing = new ArrayDeque<>();
    TreePath ancestor = path;
    for (int depth = path.depth(); depth > entered.size(); depth--) {
      missing.push(ancestor);
      ancestor = ancestor.parent();
    }
    for (TreePath next : missing) {
      enter(next);
    }
    opened = path;
    return last();
  }

  /** The directory that holds the last name of a path, open until the next call. */
  DirectoryHandle openHolder(TreePath path) throws IOException {
    return opened != null && path.isIn(opened) ? last() : open(path.parent());
  }

  /** The directory at a path by a handle of its own, for the caller to close. */
  DirectoryHandle openApart(TreePath path) throws IOException {
    return open(path).reopen();
  }

  private void enter(TreePath path) throws IOException {
    DirectoryHandle next = last().openDirectory(path.name());
    DirectoryHandle left = handles.size() > KEPT ? handles.remove(handles.size() - 1) : null;
    handles.add(next);
    entered.add(path);
    if (left != null) {
      left.close();
    }
  }

  private DirectoryHandle last() {
    return handles.get(handles.size() - 1);
  }

  private void closeDownTo(int depth) throws IOException {
    // Beyond those kept, only the deepest is open, and nothing leads from it to its parent.
    int reachable =
        entered.size() > KEPT && depth < entered.size() ? Math.min(depth, KEPT - 1) : depth;
    while (handles.size() > reachable + 1) {
      handles.remove(handles.size() - 1).close();
    }
    while (entered.size() > reachable) {
      entered.remove(entered.size() - 1);
    }
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    for (DirectoryHandle handle : handles) {
      try {
        handle.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    handles.clear();
    opened = null;
    if (failure != null) {
      throw failure;
    }
  }
}
