package dev.imbrex.build.run;

import dev.imbrex.layers.layer.Content;
import dev.imbrex.layers.tree.ByteString;
import dev.imbrex.layers.tree.FileTree;
import dev.imbrex.layers.tree.Metadata;
import dev.imbrex.layers.tree.Node;
import dev.imbrex.layers.tree.TreeEditor;
import dev.imbrex.layers.tree.TreePath;
import dev.imbrex.manifest.error.MalformedContentException;
import dev.imbrex.manifest.error.UnsupportedContentException;
import java.io.IOException;
import java.util.Optional;

/**
 * The places where something is mounted: found with links followed inside the image, so that no
 * program of this machine ever follows one, and added to the files where they are missing, so that
 * nothing has to be made in the layer.
 */
final class MountTargets {
  private static final int MAX_LINKS = 40;

  private final TreeEditor editor;

  MountTargets(FileTree files) {
    this.editor = files.edit();
  }

  /** The files with the places in them. */
  FileTree files() {
    return editor.toTree();
  }

  /**
   * The place a path leads to, made if it is missing.
   *
   * @throws UnsupportedContentException if something else is there
   */
  TreePath require(TreePath path, boolean isDirectory) throws IOException {
    TreePath place = resolve(path);
    Optional<Node> there = editor.find(place);
    if (there.isEmpty()) {
      try {
        editor.put(
            place,
            isDirectory
                ? new Node.Directory(Metadata.forDirectory())
                : new Node.RegularFile(Metadata.forFile(), Content.empty()));
      } catch (IllegalArgumentException e) {
        throw new UnsupportedContentException("Nothing can be mounted at " + path + ": " + e);
      }
    } else if (there.get().isDirectory() != isDirectory) {
      throw new UnsupportedContentException(
          "Nothing can be mounted at " + path + ", where " + there.get().kind() + " is");
    }
    return place;
  }

  /** Where a path leads, whether there is something or not. */
  TreePath resolve(TreePath path) throws MalformedContentException {
    TreePath place = editor.realPath(path);
    for (int links = 0; editor.find(place).orElse(null) instanceof Node.Symlink link; links++) {
      if (links == MAX_LINKS) {
        throw new MalformedContentException("image", path.toString(), "too many symbolic links");
      }
      place = editor.realPath(target(place, link.target()));
    }
    return place;
  }

  /**
   * A target with dots can only be cleaned by name here; one that climbs too far ends at the root.
   */
  private static TreePath target(TreePath link, ByteString target) {
    byte[] text = target.toBytes();
    TreePath place = text[0] == '/' ? TreePath.root() : link.parent();
    int from = 0;
    for (int i = 0; i <= text.length; i++) {
      if (i == text.length || text[i] == '/') {
        ByteString name = ByteString.of(text, from, i);
        if (name.equals(ByteString.of(".."))) {
          place = place.isRoot() ? place : place.parent();
        } else if (!name.isEmpty() && !name.equals(ByteString.of("."))) {
          place = place.child(name);
        }
        from = i + 1;
      }
    }
    return place;
  }
}
