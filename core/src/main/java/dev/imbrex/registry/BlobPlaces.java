package dev.imbrex.registry;

import dev.imbrex.manifest.digest.Digest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * In which repository of a registry a blob was seen last, so that another one of the same registry
 * can take it from there (SN-G21). Remembers the last ones; may be wrong, which costs a call.
 * Thread-safe.
 */
final class BlobPlaces {
  private static final int MOST = 10_000;

  private final Map<Digest, String> paths =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Digest, String> eldest) {
          return size() > MOST;
        }
      };

  synchronized void saw(Digest digest, String path) {
    paths.put(digest, path);
  }

  /** A repository that has the blob, and is not the one given. */
  synchronized Optional<String> besides(Digest digest, String path) {
    return Optional.ofNullable(paths.get(digest)).filter(known -> !known.equals(path));
  }
}
