package dev.imbrex.layers.tree;

import dev.imbrex.layers.internal.places.OpenPlaces;
import dev.imbrex.layers.internal.places.Placed;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** Compares one pair of contents after the other through the same two blocks. For one thread. */
final class BytesComparison implements Closeable {
  private static final long BLOCK = 1 << 18;

  private final Pace pace;
  private final byte[] before;
  private final byte[] after;

  /** One for each side, as two contents of one directory are open at once. */
  private final OpenPlaces placesBefore = new OpenPlaces();

  private final OpenPlaces placesAfter = new OpenPlaces();

  /**
   * Starts with empty blocks.
   *
   * @param largest how long the longest of the contents is; smaller blocks do for small ones
   */
  BytesComparison(Pace pace, long largest) {
    this.pace = pace;
    // One byte more shows the end.
    int block = (int) Math.min(BLOCK, Math.min(largest, BLOCK) + 1);
    before = new byte[block];
    after = new byte[block];
  }

  /** Whether the bytes are the same, up to the end of both. */
  boolean areEqual(FileContent a, FileContent b) throws IOException {
    try (InputStream first = open(a, placesBefore);
        InputStream second = open(b, placesAfter)) {
      while (true) {
        int count = pace.read(first, before);
        int other = pace.read(second, after);
        if (!Arrays.equals(before, 0, count, after, 0, other)) {
          return false;
        }
        if (count < before.length) {
          return true;
        }
      }
    }
  }

  private static InputStream open(FileContent content, OpenPlaces places) throws IOException {
    return content instanceof Placed placed ? placed.open(places) : content.open();
  }

  @Override
  public void close() {
    placesBefore.close();
    placesAfter.close();
  }
}
