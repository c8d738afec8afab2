package dev.imbrex.layers.tree;

import dev.imbrex.layers.internal.places.OpenPlaces;
import dev.imbrex.layers.internal.places.Placed;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Compares one pair of contents after the other through the same two blocks. For one thread. */
final class BytesComparison implements Closeable {
  private static final long BLOCK = 1 << 18;

  private final Pace pace;
  private final int block;

  /** For streams; made when there is one. */
  private byte[] before = {};

  private byte[] after = {};

  /** For channels, whose bytes then need not be copied to the heap. */
  private @Nullable ByteBuffer directBefore;

  private @Nullable ByteBuffer directAfter;

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
    block = (int) Math.min(BLOCK, Math.min(largest, BLOCK) + 1);
  }

  /** Whether the bytes are the same, up to the end of both. */
  boolean areEqual(FileContent a, FileContent b) throws IOException {
    try (InputStream first = open(a, placesBefore);
        InputStream second = open(b, placesAfter)) {
      if (first instanceof ReadableByteChannel one && second instanceof ReadableByteChannel two) {
        return areEqual(one, two);
      }
      return areEqual(first, second);
    }
  }

  private boolean areEqual(InputStream first, InputStream second) throws IOException {
    if (before.length == 0) {
      before = new byte[block];
      after = new byte[block];
    }
    while (true) {
      int count = pace.read(first, before);
      int other = pace.read(second, after);
      if (!Arrays.equals(before, 0, count, after, 0, other)) {
        return false;
      }
      if (count < block) {
        return true;
      }
    }
  }

  private boolean areEqual(ReadableByteChannel first, ReadableByteChannel second)
      throws IOException {
    if (directBefore == null || directAfter == null) {
      directBefore = ByteBuffer.allocateDirect(block);
      directAfter = ByteBuffer.allocateDirect(block);
    }
    while (true) {
      int count = pace.read(first, directBefore);
      pace.read(second, directAfter);
      if (directBefore.flip().mismatch(directAfter.flip()) >= 0) {
        return false;
      }
      if (count < block) {
        return true;
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
