package dev.imbrex.registry;

import dev.imbrex.manifest.digest.Digest;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The bytes of manifests that were read or put last, since a copy reads each twice and a tag needs
 * them again. Thread-safe.
 */
final class ManifestCache {
  private static final long MOST_BYTES = 16 << 20;

  private final Map<Digest, byte[]> manifests = new LinkedHashMap<>(16, 0.75f, true);
  private long size;

  synchronized Optional<byte[]> find(Digest digest) {
    return Optional.ofNullable(manifests.get(digest));
  }

  /** Keeps bytes that are verified; nobody changes them any more. */
  synchronized void keep(Digest digest, byte[] bytes) {
    if (bytes.length > MOST_BYTES / 4 || manifests.put(digest, bytes) != null) {
      return;
    }
    size += bytes.length;
    var oldest = manifests.entrySet().iterator();
    while (size > MOST_BYTES) {
      size -= oldest.next().getValue().length;
      oldest.remove();
    }
  }

  synchronized void forget(Digest digest) {
    byte[] bytes = manifests.remove(digest);
    size -= bytes == null ? 0 : bytes.length;
  }
}
