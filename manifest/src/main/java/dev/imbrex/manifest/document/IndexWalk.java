package dev.imbrex.manifest.document;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.IndexManifest.ManifestSource;
import dev.imbrex.manifest.error.LimitExceededException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One walk through nested indexes (SN-M9). */
final class IndexWalk {
  private final ManifestSource source;
  private final DocumentLimits limits;
  private final Set<Digest> visited = new HashSet<>();
  private final List<Descriptor> leaves = new ArrayList<>();

  IndexWalk(ManifestSource source, DocumentLimits limits) {
    this.source = source;
    this.limits = limits;
  }

  List<Descriptor> leavesOf(IndexManifest root) throws IOException {
    visited.add(root.digest());
    walk(root, root, 1);
    return Collections.unmodifiableList(leaves);
  }

  private void walk(IndexManifest index, IndexManifest root, int depth) throws IOException {
    if (depth > limits.indexDepth()) {
      throw new LimitExceededException(root.what(), "indexDepth", limits.indexDepth());
    }
    for (Descriptor entry : index.manifests()) {
      if (!entry.mediaType().isIndex()) {
        add(entry, root);
      } else if (visited.add(entry.digest())) {
        walk(source.open(entry).requireIndex(), root, depth + 1);
      }
    }
  }

  private void add(Descriptor leaf, IndexManifest root) throws LimitExceededException {
    if (leaves.size() == limits.manifestEntries()) {
      throw new LimitExceededException(root.what(), "manifestEntries", limits.manifestEntries());
    }
    leaves.add(leaf);
  }
}
