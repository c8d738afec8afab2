package dev.imbrex.layers.tree;

import dev.imbrex.layers.tree.LayerSquash.NeedsLower;
import dev.imbrex.layers.tree.UnknownTree.Branch;
import dev.imbrex.layers.tree.UnknownTree.Gone;
import dev.imbrex.layers.tree.UnknownTree.Inode;
import dev.imbrex.layers.tree.UnknownTree.Leaf;
import dev.imbrex.layers.tree.UnknownTree.State;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Applies one layer to a tree of which only part is known, as {@link LayerApplier} does to one that
 * is (LC-M6). Gives up where the unknown part decides what happens to the known one.
 */
final class SquashStep {
  private final UnknownTree tree;
  private final List<? extends LayerEntry> layer;
  private final int number;
  private final Pace pace;

  /** For each path the layer has entries for: whether all of them are directories (LC-B43). */
  private final Map<TreePath, Boolean> ownPaths = new HashMap<>();

  /** What the targets of links were before the layer (LC-B52); absent if untouched. */
  private final Map<TreePath, State> before = new HashMap<>();

  /** Where the layer has put something. */
  private final Set<TreePath> written = new HashSet<>();

  /** The entries that only serve as link targets (LC-B41). */
  private final Map<TreePath, Inode> linkSources = new HashMap<>();

  SquashStep(UnknownTree tree, List<? extends LayerEntry> layer, int number, Pace pace) {
    this.tree = tree;
    this.layer = layer;
    this.number = number;
    this.pace = pace;
  }

  /** Why the tree below has to be known. Thrown within this class only. */
  private static final class Undecided extends Exception {
    private static final long serialVersionUID = 1L;

    final transient TreePath path;

    Undecided(TreePath path, String reason) {
      super(reason, null, false, false);
      this.path = path;
    }
  }

  /** Applies the layer; tells if that cannot be done. */
  @Nullable NeedsLower apply() throws MalformedContentException, InterruptedIOException {
    try {
      lookAhead();
      removeFromLower();
      for (LayerEntry entry : layer) {
        pace.step();
        if (entry instanceof LayerEntry.Present present) {
          put(present);
        } else if (entry instanceof LayerEntry.Link link) {
          link(link);
        }
      }
      return null;
    } catch (Undecided e) {
      return new NeedsLower(number, e.path, String.valueOf(e.getMessage()));
    }
  }

  private void lookAhead() {
    for (LayerEntry entry : layer) {
      if (entry instanceof LayerEntry.Present present) {
        ownPaths.merge(entry.path(), present.node().isDirectory(), Boolean::logicalAnd);
      } else if (entry instanceof LayerEntry.Link link) {
        ownPaths.put(entry.path(), false);
        TreePath target = link.target();
        State state = target.isRoot() || tree.isBehindLink(target) ? null : tree.find(target);
        if (state != null) {
          before.put(target, state);
        }
      }
    }
  }

  // ---- Whiteouts

  private void removeFromLower() throws Undecided {
    List<Runnable> removals = new ArrayList<>();
    for (LayerEntry entry : layer) {
      if (entry instanceof LayerEntry.Removal removal) {
        Branch directory = lowerDirectory(removal.path().parent(), removal);
        if (directory != null) {
          removals.add(() -> directory.remove(removal.path().name().shared()));
        }
      } else if (entry instanceof LayerEntry.Opaque) {
        Branch directory = lowerDirectory(entry.path(), entry);
        if (directory != null) {
          removals.add(directory::removeAll);
        }
      }
    }
    removals.forEach(Runnable::run);
  }

  /** The directory in which a whiteout acts, or null if it has no effect (LC-B43). */
  private @Nullable Branch lowerDirectory(TreePath named, LayerEntry whiteout) throws Undecided {
    TreePath walked = TreePath.root();
    Branch reached = tree.root();
    TreePath.Components names = named.components();
    while (names.hasNext()) {
      byte[] name = names.next();
      walked = walked.trustedChild(name);
      Boolean own = ownPaths.get(walked);
      if (own != null && !own) {
        return null;
      }
      State state = reached.child(name);
      if (state == null) {
        if (own == null) {
          throw new Undecided(
              whiteout.path(), "the whiteout lies in " + walked + ", of which nothing is known");
        }
        // If the tree below has a directory here, it acts on that, and else not at all: as it will
        // in the squashed layer, which has an entry for the directory as well.
        state = new Branch(null, false);
        reached.put(name, state);
      }
      if (state instanceof Leaf leaf && own == null && leaf.inode().mayBeSymlink()) {
        throw new Undecided(whiteout.path(), "the whiteout lies behind a link, " + walked);
      }
      if (!(state instanceof Branch branch)) {
        return null;
      }
      reached = branch;
    }
    return reached;
  }

  // ---- Entries

  private void put(LayerEntry.Present entry) throws Undecided, MalformedContentException {
    TreePath path = entry.path();
    Node node = entry.node();
    if (Whiteout.isLinkSource(path)) {
      linkSources.put(path, new Inode(node));
      return;
    }
    if (path.isRoot()) {
      if (!node.isDirectory()) {
        throw malformed(path, "the root can only be a directory");
      }
      tree.root().setMetadata(node.metadata());
      return;
    }
    Branch parent = requireParent(path);
    byte[] name = path.name().shared();
    written.add(path);
    if (!node.isDirectory()) {
      parent.put(name, new Leaf(new Inode(node)));
      return;
    }
    State there = parent.child(name);
    if (there instanceof Branch directory) {
      directory.setMetadata(node.metadata());
    } else {
      // What was removed or replaced must not come back from the tree below.
      parent.put(name, new Branch(node.metadata(), there != null));
    }
  }

  private void link(LayerEntry.Link entry) throws Undecided, MalformedContentException {
    TreePath path = entry.path();
    if (path.isRoot()) {
      throw malformed(path, "the root can only be a directory");
    }
    boolean isHidden = Whiteout.isLinkSource(path);
    if (!isHidden && path.equals(entry.target())) {
      throw malformed(path, "it is a hard link to itself");
    }
    Inode inode = target(entry);
    if (isHidden) {
      linkSources.put(path, inode);
      return;
    }
    Branch parent = requireParent(path);
    written.add(path);
    parent.put(path.name().shared(), new Leaf(inode));
  }

  private Inode target(LayerEntry.Link entry) throws Undecided, MalformedContentException {
    TreePath target = entry.target();
    if (Whiteout.hasReservedName(target)) {
      Inode source = linkSources.get(target);
      if (source == null) {
        throw malformed(entry.path(), "the target of the hard link, " + target + ", is not there");
      }
      return source;
    }
    if (target.isRoot()) {
      throw malformed(entry.path(), "the target of the hard link is a directory");
    }
    requirePlainParents(entry);
    State state = tree.find(target);
    if (state == null) {
      return new Inode(target);
    }
    if (state instanceof Branch branch && !tree.isSolid(branch)) {
      throw new Undecided(
          entry.path(), "the hard link names " + target + ", which the layer replaces later");
    }
    if (state instanceof Gone) {
      state = before.get(target);
      if (state == null) {
        throw new Undecided(
            entry.path(), "the hard link names " + target + ", which the layer removes");
      }
    }
    if (!(state instanceof Leaf leaf)) {
      throw malformed(
          entry.path(), "the target of the hard link, " + target + ", is not there as a file");
    }
    return leaf.inode();
  }

  /** The target of a link must not be reached through what may be a symbolic link. */
  private void requirePlainParents(LayerEntry.Link entry) throws Undecided {
    State state = tree.root();
    TreePath.Components names = entry.target().parent().components();
    while (names.hasNext() && state instanceof Branch branch) {
      state = branch.child(names.next());
      boolean unknown = state == null || (state instanceof Branch next && !tree.isSolid(next));
      boolean leads = state instanceof Leaf leaf && leaf.inode().mayBeSymlink();
      if (unknown || leads) {
        throw new Undecided(
            entry.path(), "the hard link names " + entry.target() + ", in a directory not known");
      }
    }
  }

  /** The directory that holds the path, all of whose ancestors are known to be directories. */
  private Branch requireParent(TreePath path) throws Undecided, MalformedContentException {
    Branch reached = tree.root();
    TreePath walked = TreePath.root();
    TreePath.Components names = path.parent().components();
    while (names.hasNext()) {
      byte[] name = names.next();
      walked = walked.trustedChild(name);
      State state = reached.child(name);
      if (state == null || (state instanceof Branch branch && !tree.isSolid(branch))) {
        throw new Undecided(path, "it lies in " + walked + ", of which nothing is known");
      }
      if (state instanceof Branch branch) {
        reached = branch;
      } else {
        reached = makeDirectory(path, walked, reached, state);
      }
    }
    return reached;
  }

  /** A missing parent, or one that is a file, becomes a directory (LC-B32 to LC-B34). */
  private Branch makeDirectory(TreePath path, TreePath directory, Branch parent, State state)
      throws Undecided, MalformedContentException {
    if (state instanceof Leaf leaf) {
      if (leaf.inode().mayBeSymlink()) {
        throw new Undecided(path, "it lies behind a link, " + directory);
      }
      if (written.contains(directory)) {
        throw malformed(path, directory + ", which the layer has too, is no directory");
      }
    }
    Branch made = new Branch(Metadata.forDirectory(), true);
    parent.put(directory.name().shared(), made);
    return made;
  }

  private MalformedContentException malformed(TreePath path, String problem) {
    return new MalformedContentException("layer " + number, "entry " + path, problem);
  }
}
