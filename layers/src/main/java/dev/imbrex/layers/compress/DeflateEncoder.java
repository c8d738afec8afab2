package dev.imbrex.layers.compress;

/**
 * Deflates segments of a stream (RFC 1951). A segment is encoded with the 32 KiB before it as
 * dictionary and ends on a whole byte, so segments can be encoded on several threads and set one
 * after another. What comes out depends on the bytes and the level alone: it is the same on every
 * machine and JDK (LC-D13).
 *
 * <p>Holds about a megabyte of tables, used again for each segment. For one thread at a time.
 */
final class DeflateEncoder {
  /** A match of three bytes from further away costs more than three literals do. */
  private static final int FAR_FOR_THREE = 8192;

  /** How many bytes must stand, whatever they are, behind those to encode. */
  static final int SLACK = MatchFinder.SLACK;

  private final EncoderLevel level;
  private final MatchFinder finder = new MatchFinder();
  private final BlockSplitter splitter = new BlockSplitter();
  private final BlockWriter writer = new BlockWriter();
  private final int[] tokens = new int[BlockSplitter.MOST_TOKENS];
  private int tokenCount;

  DeflateEncoder(int level) {
    this.level = EncoderLevel.of(level);
  }

  /**
   * Encodes a segment.
   *
   * @param bytes the dictionary, the segment and {@link #SLACK} more
   * @param from where the segment begins; what is before it is the dictionary, at most 32 KiB of it
   * @param isLast whether the stream ends with this segment
   */
  void encode(byte[] bytes, int from, int to, boolean isLast, BitSink out) {
    finder.start(bytes, to);
    finder.skip(Math.max(0, from - MatchFinder.WINDOW), from);
    int position = from;
    do {
      int begin = position;
      position = takeBlock(bytes, begin, to);
      writer.write(tokens, tokenCount, bytes, begin, position, isLast && position == to, out);
    } while (position < to);
    if (!isLast) {
      writer.writeEmptyStored(out);
    }
    out.align();
  }

  /** Finds what one block is made of, and returns where it ends. */
  private int takeBlock(byte[] bytes, int from, int to) {
    tokenCount = 0;
    writer.clear();
    splitter.begin();
    int position = from;
    boolean isFull = false;
    while (position < to && !isFull) {
      int first = tokenCount;
      position = level.isLazy() ? lazily(bytes, position, to) : greedily(bytes, position, to);
      writer.count(tokens, first, tokenCount);
      isFull = splitter.isFull(tokens, first, tokenCount, position - from, to - position);
    }
    return position;
  }

  /** Takes a step of tokens. */
  private int greedily(byte[] bytes, int from, int to) {
    int[] out = tokens;
    int count = tokenCount;
    int stop = count + BlockSplitter.STEP;
    int position = from;
    while (position < to && count < stop) {
      int length = finder.find(position, 2, level.enough(), level.depth());
      if (isWorthwhile(length)) {
        out[count++] = BlockWriter.match(length, finder.distance());
        finder.skip(position + 1, position + length);
        position += length;
      } else {
        out[count++] = BlockWriter.literal(bytes[position++]);
      }
    }
    tokenCount = count;
    return position;
  }

  /** Takes a step of tokens; a match gives way to a better one that begins at the next byte. */
  private int lazily(byte[] bytes, int from, int to) {
    int[] out = tokens;
    int count = tokenCount;
    int stop = count + BlockSplitter.STEP;
    int enough = level.enough();
    int depth = level.depth();
    int good = level.good();
    int position = from;
    while (position < to && count < stop) {
      int length = finder.find(position, 2, enough, depth);
      if (!isWorthwhile(length)) {
        out[count++] = BlockWriter.literal(bytes[position++]);
        continue;
      }
      int distance = finder.distance();
      int seen = position + 1;
      while (length < enough && seen < to) {
        int next = finder.find(seen, length - 1, enough, length < good ? depth >> 1 : depth >> 2);
        seen++;
        if (next < length || !isBetter(next, finder.distance(), length, distance)) {
          break;
        }
        out[count++] = BlockWriter.literal(bytes[position++]);
        length = next;
        distance = finder.distance();
      }
      out[count++] = BlockWriter.match(length, distance);
      finder.skip(seen, position + length);
      position += length;
    }
    tokenCount = count;
    return position;
  }

  private boolean isWorthwhile(int length) {
    return length > MatchFinder.MIN_MATCH
        || (length == MatchFinder.MIN_MATCH && finder.distance() <= FAR_FOR_THREE);
  }

  /** Whether a later match is worth the literal before it: a byte counts as much as two bits. */
  private static boolean isBetter(int next, int nextDistance, int length, int distance) {
    return 4 * (next - length)
            + Integer.numberOfLeadingZeros(nextDistance)
            - Integer.numberOfLeadingZeros(distance)
        > 2;
  }
}
