package dev.imbrex.layers.layer;

import static java.util.Objects.requireNonNull;

import dev.imbrex.layers.compress.Compression;
import dev.imbrex.manifest.digest.DiffId;
import dev.imbrex.manifest.digest.Digest;

/**
 * What there is to know about a layer that passed by from its first byte to its last.
 *
 * @param diffId the identity of the uncompressed tar (LC-D1)
 * @param digest the digest of the stored bytes, of sha256 unless the reader was told another
 * @param size the number of stored bytes
 * @param tarSize the number of bytes of the uncompressed tar, all that follows its end included
 * @param payloadSize the bytes of all regular files together, each once however many names it has
 * @param entryCount the number of entries, whiteouts included
 * @param compression how the bytes are stored
 */
public record LayerSummary(
    DiffId diffId,
    Digest digest,
    long size,
    long tarSize,
    long payloadSize,
    long entryCount,
    Compression compression) {
  /** Checks that nothing is null. */
  public LayerSummary {
    requireNonNull(diffId);
    requireNonNull(digest);
    requireNonNull(compression);
  }

  /** Whether the layer has no entries, and so changes nothing (LC-A14). */
  public boolean isEmpty() {
    return entryCount == 0;
  }
}
