package dev.imbrex.layers.tree;

import dev.imbrex.manifest.error.MalformedContentException;
import java.io.InterruptedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Applies one layer to one tree, in the two phases of LC-M6. */
final class LayerApplier {
  private final FileTree lower;
  private final TreeEditor editor;
  private final Findings findings;
  private final boolean isOverlay;
  private final Pace pace;
  private final @Nullable LayerTrace trace;

  /** For each path the layer has entries for: whether all of them are directories (LC-B43). */
  private final Map<TreePath, Boolean> ownPaths = new HashMap<>();

  /** The names put into the tree by entries so far, without links on the way. */
  private final Set<TreePath> written = new HashSet<>();

  /** The entries that only serve as link targets (LC-B41). */
  private final Map<TreePath, Target> linkSources = new HashMap<>();

  private long index;

  /** An inode and the name by which it was found, which may lead elsewhere by now. */
  private record Target(Node inode, TreePath found) {}

  /**
   * Prepares to apply one layer.
   *
   * @param trace is told what is done, or null
   */
  LayerApplier(FileTree lower, ApplyOptions options, Pace pace, @Nullable LayerTrace trace) {
    this.lower = lower;
    this.editor = lower.edit();
    this.findings = options.findings();
    this.isOverlay = options.resolution() == Resolution.OVERLAY;
    this.pace = pace;
    this.trace = trace;
  }

  FileTree apply(Iterable<? extends LayerEntry> entries)
      throws MalformedContentException, InterruptedIOException {
    boolean hasRemovals = false;
    for (LayerEntry entry : entries) {
      hasRemovals |= entry instanceof LayerEntry.Removal || entry instanceof LayerEntry.Opaque;
    }
    if (hasRemovals) {
      removeFromLower(entries);
    }
    index = 0;
    for (LayerEntry entry : entries) {
      if (entry instanceof LayerEntry.Present present) {
        put(present);
      } else if (entry instanceof LayerEntry.Link link) {
        link(link);
      } else if (entry instanceof LayerEntry.Leftover leftover) {
        leaveOut(leftover.path());
      }
      index++;
      pace.step();
    }
    return editor.toTree();
  }

  private void removeFromLower(Iterable<? extends LayerEntry> entries)
      throws MalformedContentException, InterruptedIOException {
    for (LayerEntry entry : entries) {
      if (entry instanceof LayerEntry.Present present) {
        ownPaths.merge(entry.path(), present.node().isDirectory(), Boolean::logicalAnd);
      } else if (entry instanceof LayerEntry.Link) {
        ownPaths.put(entry.path(), false);
      }
    }
    index = 0;
    for (LayerEntry entry : entries) {
      if (entry instanceof LayerEntry.Removal removal) {
        TreePath directory = lowerDirectory(removal.path().parent());
        byte[] name = removal.path().name().shared();
        if (directory != null && directory.hasRoomFor(name)) {
          remove(directory.trustedChild(name));
        }
      } else if (entry instanceof LayerEntry.Opaque opaque) {
        TreePath directory = lowerDirectory(opaque.path());
        if (directory != null) {
          removeChildren(directory);
        }
      }
      index++;
      pace.step();
    }
    if (isOverlay) {
      makeParentsOfWhiteouts(entries);
    }
  }

  /** A whiteout needs its directory, where layers are extracted apart. */
  private void makeParentsOfWhiteouts(Iterable<? extends LayerEntry> entries)
      throws MalformedContentException {
    index = 0;
    for (LayerEntry entry : entries) {
      if (entry instanceof LayerEntry.Removal) {
        makeImplied(entry.path().parent(), entry.path());
      } else if (entry instanceof LayerEntry.Opaque) {
        makeImplied(entry.path(), entry.path());
      }
      index++;
    }
  }

  private void makeImplied(TreePath directory, TreePath needing) throws MalformedContentException {
    TreePath ancestor = TreePath.root();
    TreePath.Components names = directory.components();
    while (names.hasNext()) {
      ancestor = ancestor.trustedChild(names.next());
      Boolean own = ownPaths.get(ancestor);
      if (own != null && !own) {
        return;
      }
      if (!editor.isDirectory(ancestor)) {
        if (own == null) {
          reportHidden(ancestor, needing);
        }
        editor.put(ancestor, new Node.Directory(Metadata.forDirectory()));
      }
    }
  }

  private void reportHidden(TreePath ancestor, TreePath needing) throws MalformedContentException {
    Node hidden = editor.at(ancestor);
    if (hidden instanceof Node.Symlink) {
      report(
          Finding.Code.SYMLINK_AS_PARENT,
          needing,
          "a directory hides the symbolic link " + ancestor + " of the lower tree");
    } else if (hidden != null) {
      report(
          Finding.Code.REPLACED_ANCESTOR,
          needing,
          ancestor + " of the lower tree is no directory and made room for one");
    }
  }

  private void remove(TreePath path) {
    editor.remove(path);
    // Another whiteout may have removed it before, with its parent: that does not matter.
    if (trace != null && lower.at(path) != null) {
      trace.removes(path);
    }
  }

  private void removeChildren(TreePath directory) {
    // Another whiteout may have removed the directory itself from the editor.
    if (editor.find(directory).isPresent()) {
      editor.removeChildren(directory);
    }
    if (trace != null) {
      trace.empties(directory);
    }
  }

  /**
   * The lower directory in which a whiteout acts, or null if it has no effect: a component that the
   * layer has an entry for counts only if it is and remains a plain directory (LC-B43).
   */
  private @Nullable TreePath lowerDirectory(TreePath named) throws MalformedContentException {
    TreePath walked = TreePath.root();
    TreePath reached = TreePath.root();
    TreePath.Components names = named.components();
    while (names.hasNext()) {
      byte[] name = names.next();
      walked = walked.trustedChild(name);
      if (!reached.hasRoomFor(name)) {
        return null;
      }
      reached = reached.trustedChild(name);
      Boolean own = ownPaths.get(walked);
      if (own == null && !isOverlay) {
        reached = resolve(lower::at, reached);
      }
      boolean entered = (own == null || own) && lower.at(reached) instanceof Folder;
      if (!entered) {
        return null;
      }
    }
    return reached;
  }

  private void put(LayerEntry.Present entry) throws MalformedContentException {
    TreePath path = entry.path();
    Node node = entry.node();
    if (Whiteout.isLinkSource(path)) {
      Node inode = node.withMetadata(node.metadata());
      linkSources.put(path, new Target(inode, path));
      if (trace != null) {
        trace.makes(path, inode);
      }
      leaveOut(path);
      return;
    }
    if (path.isRoot() && !node.isDirectory()) {
      throw malformed(path, "the root can only be a directory");
    }
    TreePath place = realPath(path);
    makeParents(path, place);
    record(path, place);
    traceReplacement(place, node);
    editor.put(place, node);
    traceInode(place);
  }

  private void traceReplacement(TreePath place, Node node) {
    if (trace != null && !node.isDirectory() && editor.isDirectory(place)) {
      trace.replaces(place);
    }
  }

  private void traceInode(TreePath place) {
    Node inode = trace == null ? null : editor.at(place);
    if (trace != null && inode != null && !inode.isDirectory()) {
      trace.makes(place, inode);
    }
  }

  private void link(LayerEntry.Link entry) throws MalformedContentException {
    TreePath path = entry.path();
    if (path.isRoot()) {
      throw malformed(path, "the root can only be a directory");
    }
    boolean isHidden = Whiteout.isLinkSource(path);
    TreePath place = isHidden ? path : realPath(path);
    Target target = findTarget(entry, place);
    if (target == null || target.inode().isDirectory()) {
      String problem = target == null ? " is not there" : " is a directory";
      throw malformed(path, "the target of the hard link, " + entry.target() + "," + problem);
    }
    if (isHidden) {
      linkSources.put(path, target);
      leaveOut(path);
      return;
    }
    makeParents(path, place);
    record(path, place);
    traceReplacement(place, target.inode());
    editor.bind(place, target.inode(), target.found());
  }

  /** What a hard link names: as things stand, or else in the lower tree (LC-B52). */
  private @Nullable Target findTarget(LayerEntry.Link entry, TreePath place)
      throws MalformedContentException {
    TreePath named = entry.target();
    if (Whiteout.hasReservedName(named)) {
      return linkSources.get(named);
    }
    TreePath found = realPath(named);
    if (found.equals(place)) {
      throw malformed(entry.path(), "it is a hard link to itself");
    }
    Node inode = isOverlay ? own(found) : editor.at(found);
    if (inode == null && !isOverlay) {
      found = realPath(lower::at, named);
      inode = lower.at(found);
      if (inode != null && !inode.isDirectory()) {
        report(
            Finding.Code.LINK_TO_REMOVED,
            entry.path(),
            "the target of the hard link, " + named + ", is removed by the same layer");
      }
    }
    return inode == null ? null : new Target(inode, found);
  }

  /** Sees to it that all ancestors of the place are directories (LC-B32 to LC-B34). */
  private void makeParents(TreePath path, TreePath place) throws MalformedContentException {
    if (place.isRoot() || editor.hasParent(place)) {
      return;
    }
    TreePath ancestor = TreePath.root();
    TreePath.Components names = place.parent().components();
    while (names.hasNext()) {
      ancestor = ancestor.trustedChild(names.next());
      Node node = editor.at(ancestor);
      if (node != null && !node.isDirectory()) {
        if (written.contains(ancestor)) {
          throw malformed(path, ancestor + ", which the layer has too, is no directory");
        }
        reportHidden(ancestor, path);
        editor.remove(ancestor);
        break;
      }
    }
  }

  private void record(TreePath path, TreePath place) throws MalformedContentException {
    if (!written.add(place)) {
      report(Finding.Code.DUPLICATE_PATH, path, "the layer has this path more than once");
    }
  }

  private void leaveOut(TreePath path) throws MalformedContentException {
    report(Finding.Code.AUFS_LEFTOVER, path, "a file of AUFS' bookkeeping is left out");
  }

  private TreePath realPath(TreePath path) throws MalformedContentException {
    if (path.isRoot() || editor.hasParent(path)) {
      return path;
    }
    TreePath real = realPath(isOverlay ? this::own : editor::at, path);
    if (!real.equals(path) && !written.contains(firstLink(path))) {
      report(
          Finding.Code.SYMLINK_AS_PARENT,
          path,
          "a symbolic link of the lower tree leads to " + real.parent());
    }
    return real;
  }

  /** What an entry of this layer put at a path, or null. */
  private @Nullable Node own(TreePath path) {
    return written.contains(path) ? editor.at(path) : null;
  }

  /** The first ancestor that is a symbolic link, or the path itself if none is. */
  private TreePath firstLink(TreePath path) {
    TreePath ancestor = TreePath.root();
    TreePath.Components names = path.parent().components();
    while (names.hasNext()) {
      ancestor = ancestor.trustedChild(names.next());
      if (editor.at(ancestor) instanceof Node.Symlink) {
        return ancestor;
      }
    }
    return path;
  }

  private TreePath realPath(Resolver.View view, TreePath path) throws MalformedContentException {
    if (path.isRoot()) {
      return path;
    }
    TreePath parent = resolve(view, path.parent());
    byte[] name = path.name().shared();
    if (!parent.hasRoomFor(name)) {
      throw malformed(path, "symbolic links lead it to a path that is too long");
    }
    return parent.trustedChild(name);
  }

  private TreePath resolve(Resolver.View view, TreePath path) throws MalformedContentException {
    try {
      return Resolver.resolve(view, path);
    } catch (MalformedContentException e) {
      throw new MalformedContentException(
          findings.what(), "entry " + index + " (" + path + ")", String.valueOf(e.getMessage()), e);
    }
  }

  private void report(Finding.Code code, TreePath path, String message)
      throws MalformedContentException {
    findings.report(code, index, path, message);
  }

  private MalformedContentException malformed(TreePath path, String problem) {
    return new MalformedContentException(
        findings.what(), "entry " + index + " (" + path + ")", problem);
  }
}
