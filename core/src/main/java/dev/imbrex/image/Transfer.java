package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Copies content from one storage to another, byte for byte: what leads to other content comes
 * after it, so that no manifest is ever there without what it names (SN-G23).
 */
final class Transfer {
  private final Storage source;
  private final Storage target;
  private final ImageLoader loader;
  private final Set<Digest> walked = new HashSet<>();

  Transfer(Storage source, ImageLoader loader, Storage target) {
    this.source = source;
    this.loader = loader;
    this.target = target;
  }

  /** Copies a manifest or an index with all below it that the source has (SN-M14). */
  void copyAll(Descriptor root) throws IOException {
    if (!walked.add(root.digest())) {
      return;
    }
    if (root.mediaType().isIndex() || root.mediaType().isImageManifest()) {
      for (Descriptor child : loader.manifest(root, "content " + root.digest()).references()) {
        // A sparse index stays sparse, and layers from elsewhere may never have been here.
        if (mayBeMissing(root, child) && !source.exists(child)) {
          continue;
        }
        copyAll(child);
      }
    }
    target.copyFrom(source, root);
  }

  private static boolean mayBeMissing(Descriptor parent, Descriptor child) {
    return parent.mediaType().isIndex() || child.mediaType().isNondistributable();
  }
}
