package dev.imbrex.layers.tree;

import dev.imbrex.manifest.error.MalformedContentException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Follows symbolic links as a process would whose root directory is the tree: absolute targets
 * start at the root again, and {@code ..} at the root stays there (LC-B29).
 */
final class Resolver {
  /** How many links are followed before it counts as a loop. */
  static final int MAX_LINKS = 255;

  /** A tree, as far as resolution needs it. */
  interface View {
    /** The node at a path, no link followed, or null. */
    @Nullable Node at(TreePath path);
  }

  private final View view;

  /** Names, dots and empty strings still to be walked. */
  private final Deque<byte[]> ahead = new ArrayDeque<>();

  private TreePath reached = TreePath.root();
  private int links;

  private Resolver(View view, TreePath path) {
    this.view = view;
    path.components().forEachRemaining(ahead::addLast);
  }

  /**
   * The path without links on the way that this path leads to, its last name included. What is
   * missing is walked by name alone, so that it can be created afterwards.
   *
   * @throws MalformedContentException if there are too many links, or names too long
   */
  static TreePath resolve(View view, TreePath path) throws MalformedContentException {
    Resolver resolver = new Resolver(view, path);
    while (!resolver.ahead.isEmpty()) {
      resolver.step();
    }
    return resolver.reached;
  }

  /** As {@link #resolve}, but null if something is missing or is no directory where one must be. */
  static @Nullable TreePath resolveExisting(View view, TreePath path)
      throws MalformedContentException {
    Resolver resolver = new Resolver(view, path);
    while (!resolver.ahead.isEmpty()) {
      resolver.step();
      Node node = view.at(resolver.reached);
      if (node == null || (!node.isDirectory() && !resolver.ahead.isEmpty())) {
        return null;
      }
    }
    return resolver.reached;
  }

  private void step() throws MalformedContentException {
    byte[] name = ahead.removeFirst();
    if (isDots(name, 2)) {
      reached = reached.isRoot() ? reached : reached.parent();
    } else if (name.length > 0 && !isDots(name, 1)) {
      if (name.length > TreePath.MAX_NAME || !reached.hasRoomFor(name)) {
        throw malformed("leads to a path that is too long");
      }
      TreePath next = reached.trustedChild(name);
      if (view.at(next) instanceof Node.Symlink link) {
        follow(link);
      } else {
        reached = next;
      }
    }
  }

  private void follow(Node.Symlink link) throws MalformedContentException {
    if (++links > MAX_LINKS) {
      throw malformed("leads through more than " + MAX_LINKS + " symbolic links");
    }
    byte[] target = link.target().shared();
    if (target[0] == '/') {
      reached = TreePath.root();
    }
    int to = target.length;
    for (int i = target.length - 1; i >= -1; i--) {
      if (i < 0 || target[i] == '/') {
        ahead.addFirst(Arrays.copyOfRange(target, i + 1, to));
        to = i;
      }
    }
  }

  private MalformedContentException malformed(String problem) {
    return new MalformedContentException("file tree", reached.toString(), problem);
  }

  private static boolean isDots(byte[] name, int count) {
    return name.length == count && name[0] == '.' && name[count - 1] == '.';
  }
}
