package dev.imbrex.layers.layer;

import dev.imbrex.manifest.error.LimitExceededException;
import java.util.Arrays;

/** Where the stored bytes of a sparse file belong; what lies between is zeros (LC-B23). */
final class SparseMap {
  private final long limit;
  private long[] starts = new long[8];
  private long[] ends = new long[8];
  private int count;
  private long stored;

  SparseMap(LayerLimits limits) {
    limit = limits.sparseSegments();
  }

  /** Adds a segment, which must not begin before the last one ends. */
  void add(long start, long length) throws TarSyntaxException, LimitExceededException {
    if (count == limit) {
      throw new LimitExceededException("the map of a sparse file", "sparseSegments", limit);
    }
    if (length > Long.MAX_VALUE - start) {
      throw new TarSyntaxException("a segment of the sparse file is too large");
    }
    if (count > 0 && start < ends[count - 1]) {
      throw new TarSyntaxException("the segments of the sparse file overlap or are not in order");
    }
    if (count == starts.length) {
      starts = Arrays.copyOf(starts, 2 * count);
      ends = Arrays.copyOf(ends, 2 * count);
    }
    starts[count] = start;
    ends[count] = start + length;
    stored += length;
    count++;
  }

  /** Checks that the segments lie in the file, and that all stored bytes belong to one. */
  void check(long size, long storedSize) throws TarSyntaxException {
    if (count > 0 && ends[count - 1] > size) {
      throw new TarSyntaxException("a segment of the sparse file lies behind its end");
    }
    if (stored != storedSize) {
      throw new TarSyntaxException(
          "the segments of the sparse file have " + stored + " bytes, its data " + storedSize);
    }
  }

  int count() {
    return count;
  }

  /** Where a segment begins. */
  long start(int segment) {
    return starts[segment];
  }

  /** Where a segment ends. */
  long end(int segment) {
    return ends[segment];
  }
}
