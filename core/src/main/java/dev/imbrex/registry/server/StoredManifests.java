package dev.imbrex.registry.server;

import dev.imbrex.image.Storage;
import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.manifest.error.ImageException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Walks the manifests of a storage, and remembers what it has read of them: a manifest never
 * changes. Safe for use by many threads.
 */
final class StoredManifests {
  private static final int REMEMBERED = 20_000;

  private final Storage storage;
  private final long largest;
  private final Map<Digest, ManifestFacts> known =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, ManifestFacts> eldest) {
          return size() > REMEMBERED;
        }
      };

  /** What is done with each manifest of a walk. */
  interface Visitor {
    /** Looks at a manifest; false ends the walk. */
    boolean visit(Descriptor manifest, ManifestFacts facts) throws IOException;
  }

  StoredManifests(Storage storage, long largest) {
    this.storage = storage;
    this.largest = largest;
  }

  /** Visits manifests and, through indexes, what they lead to; each once, and only what is here. */
  void walk(Collection<Descriptor> roots, Visitor visitor) throws IOException {
    Deque<Descriptor> next = new ArrayDeque<>(roots);
    Set<Digest> seen = new HashSet<>();
    for (Descriptor manifest = next.poll(); manifest != null; manifest = next.poll()) {
      if (seen.add(manifest.digest()) && storage.exists(manifest)) {
        ManifestFacts facts = facts(manifest);
        if (!visitor.visit(manifest, facts)) {
          return;
        }
        next.addAll(facts.manifests());
      }
    }
  }

  boolean exists(Descriptor manifest) throws IOException {
    return storage.exists(manifest);
  }

  /** What is known of a manifest; nothing if it cannot be read. */
  ManifestFacts facts(Descriptor manifest) throws IOException {
    synchronized (known) {
      ManifestFacts facts = known.get(manifest.digest());
      if (facts != null) {
        return facts;
      }
    }
    if (manifest.size() > largest) {
      return ManifestFacts.NONE;
    }
    try (InputStream in = storage.open(manifest)) {
      ManifestFacts facts = ManifestFacts.parse(in.readAllBytes()).orElse(ManifestFacts.NONE);
      remember(manifest.digest(), facts);
      return facts;
    } catch (ImageException e) {
      // Gone meanwhile, or damaged: it leads nowhere.
      return ManifestFacts.NONE;
    }
  }

  void remember(Digest manifest, ManifestFacts facts) {
    synchronized (known) {
      known.put(manifest, facts);
    }
  }
}
