package dev.imbrex.manifest.document;

import dev.imbrex.manifest.internal.json.JsonLimits;

/**
 * How large a document may be before it is refused (SN-M9, SN-M16, LC-C37). What exceeds a limit is
 * a {@link dev.imbrex.manifest.error.LimitExceededException} that names the component here.
 *
 * @param manifestBytes the largest manifest or index, in bytes
 * @param configBytes the largest config, in bytes
 * @param manifestEntries the most descriptors in a manifest, an index or a tree of indexes
 * @param jsonDepth how deep arrays and objects may nest, 1 to 500
 * @param jsonValues how many values a document may have, at all depths; bounds memory
 * @param indexDepth how deep indexes may nest, the outermost counted as 1; 4 to 32
 */
public record DocumentLimits(
    int manifestBytes,
    int configBytes,
    int manifestEntries,
    int jsonDepth,
    int jsonValues,
    int indexDepth) {
  /** 8 MiB for manifests and for configs, 10 000 entries, depth 64, a million values, 8 indexes. */
  public static final DocumentLimits DEFAULT =
      new DocumentLimits(8 << 20, 8 << 20, 10_000, 64, 1_000_000, 8);

  /** Checks the ranges: depth of indexes as said, all else at least 1. */
  public DocumentLimits {
    requireRange("manifestBytes", manifestBytes, 1, Integer.MAX_VALUE);
    requireRange("configBytes", configBytes, 1, Integer.MAX_VALUE);
    requireRange("manifestEntries", manifestEntries, 1, Integer.MAX_VALUE);
    // Beyond this the reading of nested values would need more stack than a thread may have.
    requireRange("jsonDepth", jsonDepth, 1, 500);
    requireRange("jsonValues", jsonValues, 1, Integer.MAX_VALUE);
    requireRange("indexDepth", indexDepth, 4, 32);
  }

  /** A copy with another {@link #manifestBytes}. */
  public DocumentLimits withManifestBytes(int bytes) {
    return new DocumentLimits(
        bytes, configBytes, manifestEntries, jsonDepth, jsonValues, indexDepth);
  }

  /** A copy with another {@link #configBytes}. */
  public DocumentLimits withConfigBytes(int bytes) {
    return new DocumentLimits(
        manifestBytes, bytes, manifestEntries, jsonDepth, jsonValues, indexDepth);
  }

  /** A copy with another {@link #manifestEntries}. */
  public DocumentLimits withManifestEntries(int entries) {
    return new DocumentLimits(
        manifestBytes, configBytes, entries, jsonDepth, jsonValues, indexDepth);
  }

  /** A copy with another {@link #jsonDepth}, 1 to 500. */
  public DocumentLimits withJsonDepth(int depth) {
    return new DocumentLimits(
        manifestBytes, configBytes, manifestEntries, depth, jsonValues, indexDepth);
  }

  /** A copy with another {@link #jsonValues}. */
  public DocumentLimits withJsonValues(int values) {
    return new DocumentLimits(
        manifestBytes, configBytes, manifestEntries, jsonDepth, values, indexDepth);
  }

  /** A copy with another {@link #indexDepth}. */
  public DocumentLimits withIndexDepth(int depth) {
    return new DocumentLimits(
        manifestBytes, configBytes, manifestEntries, jsonDepth, jsonValues, depth);
  }

  JsonLimits ofManifests() {
    return new JsonLimits(manifestBytes, "manifestBytes", jsonDepth, jsonValues);
  }

  private static void requireRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          name + " must be " + least + " to " + most + ", not " + value);
    }
  }
}
