package dev.imbrex.layers.compress;

import java.util.ArrayList;
import java.util.List;
import java.util.zip.Deflater;

/**
 * Collects checkpoints while data is read. When there are too many, every other one goes, and they
 * come twice as far apart from then on: memory is bounded, whatever the size of the data.
 */
final class CheckpointCollector {
  /** The largest number of places. */
  static final int MOST = 64;

  /** The smallest distance between two places, in uncompressed bytes. */
  static final int LEAST_DISTANCE = 1 << 20;

  private final List<Checkpoint> places = new ArrayList<>();
  private long distance = LEAST_DISTANCE;
  private long next = LEAST_DISTANCE;

  /** Whether a place here would be of use. */
  boolean wants(long offset) {
    return offset >= next;
  }

  void add(Checkpoint place) {
    if (places.size() == MOST) {
      for (int i = MOST - 2; i >= 0; i -= 2) {
        places.remove(i);
      }
      distance *= 2;
    }
    places.add(place);
    next = place.offset() + distance;
  }

  /** What was collected, made small. */
  Checkpoints finish(long storedSize) {
    Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
    try {
      return new Checkpoints(
          places.stream().map(place -> place.compact(deflater)).toList(), storedSize);
    } finally {
      deflater.end();
    }
  }
}
