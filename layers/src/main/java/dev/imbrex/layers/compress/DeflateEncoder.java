package dev.imbrex.layers.compress;

/**
 * Deflates segments of a stream (RFC 1951). A segment is encoded with the 32 KiB before it as
 * dictionary and ends on a whole byte, so segments can be encoded on several threads and set one
 * after another. What comes out depends on the bytes and the level alone: it is the same on every
 * machine and JDK (LC-D13).
 *
 * <p>Holds about two megabytes of tables, used again for each segment. For one thread at a time.
 */
final class DeflateEncoder {
  /** How many bytes must stand, whatever they are, behind those to encode. */
  static final int SLACK = MatchFinder.SLACK;

  private final EncoderLevel level;
  private final MatchFinder finder = new MatchFinder();
  private final BlockSplitter splitter = new BlockSplitter();
  private final BlockWriter writer = new BlockWriter();
  private final Tokens tokens = new Tokens(BlockSplitter.MOST_TOKENS);

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
    boolean isForLast = level.search() == EncoderLevel.Search.LAST;
    finder.start(bytes, Math.max(0, from - MatchFinder.WINDOW), to, isForLast);
    int position = from;
    do {
      int begin = position;
      position = takeBlock(bytes, begin, to);
      writer.write(tokens, bytes, begin, position, isLast && position == to, out);
    } while (position < to);
    if (!isLast) {
      writer.writeEmptyStored(out);
    }
    out.align();
  }

  /** Finds what one block is made of, and returns where it ends. */
  private int takeBlock(byte[] bytes, int from, int to) {
    tokens.clear();
    splitter.begin();
    int position = from;
    boolean isFull = false;
    while (position < to && !isFull) {
      position =
          switch (level.search()) {
            case LAST -> quickly(bytes, position, to);
            case GREEDY -> greedily(bytes, position, to);
            case LAZY -> lazily(bytes, position, to);
          };
      isFull = splitter.isFull(tokens, position - from, to - position);
    }
    return position;
  }

  /** Takes a step of tokens, each match the first that is seen. */
  private int quickly(byte[] bytes, int from, int to) {
    int stop = tokens.count() + BlockSplitter.STEP;
    int position = from;
    while (position < to && tokens.count() < stop) {
      int length = finder.findLast(position);
      if (length == 0) {
        tokens.addLiteral(bytes[position++]);
      } else {
        tokens.addMatch(length, finder.distance());
        position += length;
      }
    }
    return position;
  }

  /** Takes a step of tokens, each match the longest that is found. */
  private int greedily(byte[] bytes, int from, int to) {
    int stop = tokens.count() + BlockSplitter.STEP;
    int enough = level.enough();
    int depth = level.depth();
    int position = from;
    while (position < to && tokens.count() < stop) {
      int length = finder.find(position, enough, depth);
      if (length == 0) {
        tokens.addLiteral(bytes[position++]);
      } else {
        tokens.addMatch(length, finder.distance());
        position += length;
      }
    }
    return position;
  }

  /** Takes a step of tokens; a match gives way to a better one that begins at the next byte. */
  private int lazily(byte[] bytes, int from, int to) {
    int stop = tokens.count() + BlockSplitter.STEP;
    int enough = level.enough();
    int depth = level.depth();
    int good = level.good();
    int position = from;
    while (position < to && tokens.count() < stop) {
      int length = finder.find(position, enough, depth);
      if (length == 0) {
        tokens.addLiteral(bytes[position++]);
        continue;
      }
      int distance = finder.distance();
      while (length < enough && position + 1 < to) {
        int next =
            finder.findLonger(
                position + 1, length - 1, enough, length < good ? depth >> 1 : depth >> 2);
        if (next < length || !isBetter(next, finder.distance(), length, distance)) {
          break;
        }
        tokens.addLiteral(bytes[position++]);
        length = next;
        distance = finder.distance();
      }
      tokens.addMatch(length, distance);
      position += length;
    }
    return position;
  }

  /** Whether a later match is worth the literal before it: a byte counts as much as two bits. */
  private static boolean isBetter(int next, int nextDistance, int length, int distance) {
    return 4 * (next - length)
            + Integer.numberOfLeadingZeros(nextDistance)
            - Integer.numberOfLeadingZeros(distance)
        > 2;
  }
}
