package dev.imbrex.image;

import dev.imbrex.manifest.digest.Digest;
import java.time.Instant;

/**
 * Content as it lies in a storage.
 *
 * @param digest its digest
 * @param size its size in bytes, as stored
 * @param lastUsed when it was written or last used again
 */
public record StoredBlob(Digest digest, long size, Instant lastUsed) {}
