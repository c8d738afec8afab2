package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.document.DocumentLimits;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds all content that a document leads to: what has to be copied or kept so that it can be read.
 */
public final class ContentWalk {
  private final Storage storage;
  private final ImageLoader loader;
  private final Set<Digest> seen = new HashSet<>();
  private final List<Descriptor> found = new ArrayList<>();

  private ContentWalk(Storage storage, ImageLoader loader) {
    this.storage = storage;
    this.loader = loader;
  }

  /**
   * The content a manifest, an index or something else leads to, itself included: each once, and
   * after all that it leads to. What need not be there and is not, is left out: entries of a sparse
   * index (SN-M14), and layers that must not be distributed (SN-M15). Reads manifests and indexes,
   * but no configs and no layers.
   *
   * @throws dev.imbrex.manifest.error.ContentNotFoundException if a manifest is missing
   * @throws dev.imbrex.manifest.error.MalformedContentException if one cannot be read
   */
  public static List<Descriptor> of(Storage storage, Descriptor root) throws IOException {
    ContentWalk walk =
        new ContentWalk(
            storage, new ImageLoader(storage, DocumentLimits.DEFAULT, new LayerViews(0)));
    walk.visit(root, 0);
    return List.copyOf(walk.found);
  }

  private void visit(Descriptor content, int depth) throws IOException {
    if (!seen.add(content.digest())) {
      return;
    }
    if (content.mediaType().isManifest()) {
      loader.requireDepth(content, depth);
      for (Descriptor child :
          loader.manifest(content, "content " + content.digest()).references()) {
        if (!mayBeMissing(content, child) || storage.exists(child)) {
          visit(child, depth + 1);
        }
      }
    }
    found.add(content);
  }

  private static boolean mayBeMissing(Descriptor parent, Descriptor child) {
    return parent.mediaType().isIndex() || child.mediaType().isNondistributable();
  }
}
