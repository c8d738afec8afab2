package dev.imbrex.layers.compress;

/** A piece of a stream on its way through an encoder, with the end of the piece before it. */
final class Segment {
  /** How many bytes are encoded at a time. */
  static final int SIZE = 1 << 18;

  private static final int DICTIONARY = MatchFinder.WINDOW;

  private final byte[] buffer = new byte[DICTIONARY + SIZE + DeflateEncoder.SLACK];
  private final BitSink encoded = new BitSink(SIZE);
  private int begin;
  private int end;

  /** Starts as what comes first. */
  void beginStream() {
    begin = 0;
    end = 0;
  }

  /** Starts as what comes after another segment, which is full. */
  void beginAfter(Segment before) {
    System.arraycopy(before.buffer, before.end - DICTIONARY, buffer, 0, DICTIONARY);
    begin = DICTIONARY;
    end = DICTIONARY;
  }

  /** Takes as many of the bytes as there is room for, and says how many. */
  int fill(byte[] bytes, int from, int length) {
    int taken = Math.min(length, begin + SIZE - end);
    System.arraycopy(bytes, from, buffer, end, taken);
    end += taken;
    return taken;
  }

  boolean isFull() {
    return end - begin == SIZE;
  }

  /** Encodes what was taken; {@link #encoded} then has it. */
  void encode(DeflateEncoder encoder, boolean isLast) {
    encoded.clear();
    encoder.encode(buffer, begin, end, isLast, encoded);
  }

  BitSink encoded() {
    return encoded;
  }
}
