package dev.imbrex.layers.layer;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * How far threads may read ahead of whoever reads a layer. If that is far, then the room for it is
 * kept, and used again by layers that are read with the same object. Safe for use by many threads.
 */
public final class ReadAhead {
  static final int CHUNK = 1 << 18;

  /** Together they are what may be read in vain before somebody who says stop is heard. */
  private static final int FEW = 4;

  private static final ReadAhead NONE = new ReadAhead(0);

  private final int chunks;
  private final Queue<byte[]> room = new ConcurrentLinkedQueue<>();

  private ReadAhead(int chunks) {
    this.chunks = chunks;
  }

  /** No thread reads ahead. */
  public static ReadAhead none() {
    return NONE;
  }

  /** A little, so that to decompress, to digest and to use the bytes can be done at once. */
  public static ReadAhead little() {
    return new ReadAhead(FEW);
  }

  /**
   * As much as this, once decompressed: a layer can so be read while another is.
   *
   * @param bytes at most so many are held for each layer, and a little more
   */
  public static ReadAhead of(long bytes) {
    return new ReadAhead((int) Math.min(Integer.MAX_VALUE, Math.max(FEW, bytes / CHUNK)));
  }

  boolean isNone() {
    return chunks == 0;
  }

  /** How many chunks may be held. */
  int chunks() {
    return chunks;
  }

  /** Room for a chunk. */
  byte[] take() {
    byte[] bytes = room.poll();
    return bytes == null ? new byte[CHUNK] : bytes;
  }

  /** Room that nobody uses any more. */
  void giveBack(byte[] bytes) {
    if (chunks > FEW && bytes.length == CHUNK) {
      room.add(bytes);
    }
  }
}
