package dev.imbrex.layers.compress;

import java.util.List;
import java.util.Optional;

/**
 * Places in compressed data at which reading can begin, so that a file in the middle of a large
 * layer costs what lies between it and the place before, whoever compressed the layer. They are
 * collected while it is read for the first time: at most 64, at least 1 MiB of uncompressed bytes
 * apart, of 32 KiB each at most. Only gzip has them; zstd and short data have none.
 *
 * <p>What is read from such a place is not verified again: it must be the same stored bytes as
 * those read before. Immutable, safe for use by many threads.
 */
public final class Checkpoints {
  private static final Checkpoints NONE = new Checkpoints(List.of(), 0);

  private final List<Checkpoint> places;
  private final long storedSize;

  Checkpoints(List<Checkpoint> places, long storedSize) {
    this.places = List.copyOf(places);
    this.storedSize = storedSize;
  }

  /** No place at all. */
  public static Checkpoints none() {
    return NONE;
  }

  /** How many stored bytes there are in all. */
  public long storedSize() {
    return storedSize;
  }

  /** All places, in order. */
  List<Checkpoint> places() {
    return places;
  }

  /**
   * The last place from which an uncompressed byte can be reached.
   *
   * @param offset the byte, counted from 0
   */
  public Optional<Checkpoint> before(long offset) {
    int low = 0;
    int high = places.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (places.get(middle).offset() <= offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low == 0 ? Optional.empty() : Optional.of(places.get(low - 1));
  }
}
