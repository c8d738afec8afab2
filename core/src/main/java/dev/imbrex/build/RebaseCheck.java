package dev.imbrex.build;

import dev.imbrex.build.RebaseHazard.Code;
import dev.imbrex.layers.tree.ApplyOptions;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.LayerEntry;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.layers.tree.Whiteout;
import dev.imbrex.manifest.error.MalformedContentException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks for hazards of a rebase (LC-E11): applies the upper layers to the old base and to the new
 * one side by side, and compares what each entry meets.
 */
final class RebaseCheck {
  private FileTree old;
  private FileTree now;
  private final ApplyOptions options;
  private final List<RebaseHazard> hazards = new ArrayList<>();

  /** The paths that the upper layers have put something at so far. */
  private final Set<TreePath> written = new HashSet<>();

  RebaseCheck(FileTree oldBase, FileTree newBase, ApplyOptions options) {
    this.old = oldBase;
    this.now = newBase;
    this.options = options;
  }

  List<RebaseHazard> hazards() {
    return List.copyOf(hazards);
  }

  /**
   * Goes on with the next layer.
   *
   * @param layer its number in the rebased image
   * @return whether it could be applied, so that the next one can be looked at
   */
  boolean add(int layer, List<LayerEntry> entries) throws IOException {
    Set<TreePath> own = new HashSet<>();
    for (LayerEntry entry : entries) {
      check(layer, entry, own);
      if (entry instanceof LayerEntry.Present || entry instanceof LayerEntry.Link) {
        own.add(entry.path());
        written.add(entry.path());
      }
    }
    old = old.apply(entries, options);
    try {
      now = now.apply(entries, options);
      return true;
    } catch (MalformedContentException e) {
      hazards.add(
          new RebaseHazard(
              Code.NOT_APPLICABLE, layer, Optional.empty(), String.valueOf(e.getMessage())));
      return false;
    }
  }

  private void check(int layer, LayerEntry entry, Set<TreePath> own)
      throws MalformedContentException {
    TreePath path = entry.path();
    if (entry instanceof LayerEntry.Removal) {
      if (isThere(old, path) && !isThere(now, path)) {
        report(Code.WHITEOUT_WITHOUT_TARGET, layer, path, "what is removed is not there any more");
      }
    } else if (entry instanceof LayerEntry.Opaque) {
      if (isThere(old, path) && !isThere(now, path)) {
        report(Code.WHITEOUT_WITHOUT_TARGET, layer, path, "what is hidden is not there any more");
      }
    } else if (!Whiteout.hasReservedName(path)) {
      checkParents(layer, path, own);
      if (entry instanceof LayerEntry.Link link) {
        checkTarget(layer, link);
      } else if (entry instanceof LayerEntry.Present present
          && present.node().isDirectory()
          && isNewLink(path)) {
        report(
            Code.DIRECTORY_OVER_SYMLINK,
            layer,
            path,
            "the directory takes the place of a symbolic link of the new base");
      }
    }
  }

  private void checkParents(int layer, TreePath path, Set<TreePath> own) {
    for (TreePath up = path; !up.isRoot() && !up.parent().isRoot(); up = up.parent()) {
      if (!own.contains(up.parent()) && isNewLink(up.parent())) {
        report(
            Code.SYMLINK_AS_PARENT,
            layer,
            path,
            up.parent() + " is a symbolic link in the new base, and was none before");
        return;
      }
    }
  }

  private void checkTarget(int layer, LayerEntry.Link link) {
    TreePath target = link.target();
    if (!written.contains(target) && !Whiteout.hasReservedName(target)) {
      report(
          Code.LINK_TO_BASE,
          layer,
          link.path(),
          "it is a hard link to " + target + ", a file of the base");
    }
  }

  private boolean isNewLink(TreePath path) {
    return isLink(now, path) && !isLink(old, path);
  }

  private static boolean isLink(FileTree tree, TreePath path) {
    return tree.find(path).filter(node -> node.kind() == Node.Kind.SYMLINK).isPresent();
  }

  /** Whether there is something at a path, links before its last name being followed. */
  private static boolean isThere(FileTree tree, TreePath path) throws MalformedContentException {
    if (path.isRoot()) {
      return true;
    }
    Optional<TreePath> parent = tree.follow(path.parent());
    return parent.isPresent() && tree.find(parent.get().child(path.name())).isPresent();
  }

  private void report(Code code, int layer, TreePath path, String problem) {
    hazards.add(new RebaseHazard(code, layer, Optional.of(path), path + ": " + problem));
  }
}
