package dev.imbrex.layers.layer;

import dev.imbrex.manifest.digest.Digest;
import dev.imbrex.manifest.digest.DigestAlgorithm;
import dev.imbrex.manifest.digest.Digester;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the digest of a stream was at places on its way. What lies between two of them can be read
 * again later and be held against them: it is the same if it leads from one digest to the other.
 * Immutable, safe for use by many threads.
 */
final class DigestMarks {
  /** The digest at a place; a few hundred bytes in memory. */
  static final class Mark {
    private final long offset;

    /** Has all bytes before the place; never added to. Null at the end, where there is no more. */
    private final @Nullable Digester before;

    private final @Nullable Digest digest;

    private Mark(long offset, @Nullable Digester before, @Nullable Digest digest) {
      this.offset = offset;
      this.before = before;
      this.digest = digest;
    }

    /** How many bytes lie before. */
    long offset() {
      return offset;
    }

    /** The digest of the bytes before. */
    Digest digest() {
      return digest != null ? digest : begin().finish();
    }

    /** Goes on from here. */
    synchronized Digester begin() {
      // The first copy was made, so there are others.
      return before == null ? newDigester() : before.copy().orElseThrow();
    }
  }

  private static final DigestMarks NONE = new DigestMarks(List.of());

  private final List<Mark> marks;

  private DigestMarks(List<Mark> marks) {
    this.marks = List.copyOf(marks);
  }

  /** None at all. */
  static DigestMarks none() {
    return NONE;
  }

  /** How many bytes the stream has; 0 if nothing is known of it. */
  long size() {
    return marks.isEmpty() ? 0 : marks.get(marks.size() - 1).offset();
  }

  /** The last mark that is not behind a place in the stream. */
  Mark before(long offset) {
    return marks.get(first(offset + 1) - 1);
  }

  /** The first mark that is not before a place in the stream. */
  Mark after(long offset) {
    return marks.get(first(offset));
  }

  /** The index of the first mark at a place or behind it. */
  private int first(long offset) {
    int low = 0;
    int high = marks.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (marks.get(middle).offset() < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private static Digester newDigester() {
    return DigestAlgorithm.SHA256.newDigester();
  }

  /**
   * Collects marks at equal distances. When there are too many, every other one goes, and they come
   * twice as far apart from then on: memory is bounded, whatever the size of the stream.
   */
  static final class Collector {
    /** The largest number of marks on the way. */
    static final int MOST = 256;

    /** The smallest distance between two, in bytes. */
    static final int LEAST_DISTANCE = 1 << 18;

    private final List<Mark> marks = new ArrayList<>();
    private long distance = LEAST_DISTANCE;

    /** Where the next one is to be. */
    long next() {
      return distance * (marks.size() + 1L);
    }

    /** Whether the next one is not behind a place. */
    boolean isNextWithin(long offset) {
      return next() <= offset;
    }

    /** Adds the next one. */
    void add(Digester digester) {
      if (marks.size() == MOST) {
        for (int i = MOST - 2; i >= 0; i -= 2) {
          marks.remove(i);
        }
        distance *= 2;
        // This place is an odd multiple of the old distance, and not of the new one.
        return;
      }
      Optional<Digester> before = digester.copy();
      if (before.isEmpty()) {
        distance = Long.MAX_VALUE;
        return;
      }
      marks.add(new Mark(next(), before.get(), null));
    }

    /** What was collected, with the beginning and the end. */
    DigestMarks finish(long size, Digest digest) {
      List<Mark> all = new ArrayList<>(marks.size() + 2);
      all.add(new Mark(0, null, null));
      all.addAll(marks);
      if (all.get(all.size() - 1).offset() < size) {
        all.add(new Mark(size, null, digest));
      }
      return new DigestMarks(all);
    }
  }
}
