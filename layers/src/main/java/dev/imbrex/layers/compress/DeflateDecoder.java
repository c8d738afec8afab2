package dev.imbrex.layers.compress;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;

/**
 * Inflates streams of deflated data (RFC 1951), one after the other. Takes exactly the stored bytes
 * that belong to a stream, and refuses what zlib refuses.
 *
 * <p>Holds about two hundred kilobytes. For one thread at a time.
 */
final class DeflateDecoder {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int WINDOW = 1 << 15;
  private static final int ROOM = 1 << 17;

  /** The longest match, and what copying by words writes past its end. */
  private static final int MATCH_ROOM = MatchFinder.MAX_MATCH + 2 * Long.BYTES;

  /** The last place at which a match can be made. */
  private static final int LAST = WINDOW + ROOM - MATCH_ROOM;

  /** At one turn of the fast loop two words may be read. */
  private static final int TURN_ROOM = 2 * Long.BYTES;

  /** The bits of a count of bits in a word. */
  private static final int COUNT_MASK = Long.SIZE - 1;

  /** At one turn of the fast loop two literals may come before a match. */
  private static final int LAST_FAST = LAST - 2;

  private enum State {
    /** Between blocks. */
    HEAD,
    STORED,
    CODED,
    /** Behind the last block. */
    END
  }

  private final StoredBytes in;

  /** The window, and what was made of late. */
  private final byte[] out = new byte[WINDOW + ROOM];

  /** What is made is valid up to here. */
  private int made;

  /** What is made is handed out up to here. */
  private int given;

  private State state = State.END;
  private boolean isLastBlock;
  private int storedLeft;

  /** Bits that were taken from the input and not used yet, and how many; less than 8 at rest. */
  private long bits;

  private int bitCount;

  private final BlockCodes codes = new BlockCodes();

  /** How many bytes were made before those that are in {@link #out}, all streams together. */
  private long before;

  private final @Nullable CheckpointCollector collector;

  DeflateDecoder(StoredBytes in) {
    this(in, null);
  }

  /**
   * A decoder that notes where one can begin.
   *
   * @param collector takes the places; none if they are not wanted
   */
  DeflateDecoder(StoredBytes in, @Nullable CheckpointCollector collector) {
    this.in = in;
    this.collector = collector;
  }

  /** Begins with a stream. */
  void begin() {
    state = State.HEAD;
    isLastBlock = false;
    bits = 0;
    bitCount = 0;
    before += made;
    made = 0;
    given = 0;
  }

  /** Begins in the middle of a stream, the stored bytes being those from there on. */
  void beginAt(Checkpoint place) {
    state = State.HEAD;
    isLastBlock = false;
    bits = place.bits();
    bitCount = place.bitCount();
    made = place.restoreWindow(out);
    given = made;
    before = place.offset() - made;
  }

  /**
   * Gives some bytes of the stream.
   *
   * @param length how many at most, at least 1
   * @return how many there are, or -1 at the end of the stream
   * @throws DataFormatException if it is no deflated data, or ends early
   * @throws IOException if the stored bytes cannot be read
   */
  int decode(byte[] bytes, int offset, int length) throws IOException, DataFormatException {
    if (given == made) {
      make();
    }
    int part = Math.min(length, made - given);
    if (part == 0) {
      return -1;
    }
    System.arraycopy(out, given, bytes, offset, part);
    given += part;
    return part;
  }

  /** Makes at least one byte, unless the stream ends before. */
  private void make() throws IOException, DataFormatException {
    if (made >= WINDOW) {
      System.arraycopy(out, made - WINDOW, out, 0, WINDOW);
      before += made - WINDOW;
      made = WINDOW;
      given = WINDOW;
    }
    while (state != State.END && made <= LAST) {
      switch (state) {
        case HEAD -> beginBlock();
        case STORED -> copyStored();
        default -> decodeSymbols();
      }
    }
  }

  private void beginBlock() throws IOException, DataFormatException {
    if (isLastBlock) {
      state = State.END;
      return;
    }
    if (collector != null && collector.wants(before + made)) {
      collector.add(
          Checkpoint.at(
              in.count() - (in.end - in.position),
              before + made,
              (int) bits,
              bitCount,
              out,
              Math.min(made, WINDOW),
              made));
    }
    isLastBlock = take(1) == 1;
    switch (take(2)) {
      case 0 -> beginStored();
      case 1 -> {
        codes.setFixed();
        state = State.CODED;
      }
      case 2 -> {
        readCodes();
        state = State.CODED;
      }
      default -> throw new DataFormatException("a block of an unknown kind");
    }
  }

  private void beginStored() throws IOException, DataFormatException {
    // The rest of the byte means nothing.
    bits = 0;
    bitCount = 0;
    int length = take(16);
    if (length != (~take(16) & 0xffff)) {
      throw new DataFormatException("the length of a stored block is wrong");
    }
    storedLeft = length;
    state = State.STORED;
  }

  private void copyStored() throws IOException, DataFormatException {
    while (storedLeft > 0 && made < out.length) {
      int read = in.read(out, made, Math.min(storedLeft, out.length - made));
      if (read < 0) {
        throw endsEarly();
      }
      made += read;
      storedLeft -= read;
    }
    if (storedLeft == 0) {
      state = State.HEAD;
    }
  }

  private void readCodes() throws IOException, DataFormatException {
    int literals = take(5) + 257;
    int distances = take(5) + 1;
    int described = take(4) + 4;
    codes.begin(literals, distances);
    for (int i = 0; i < described; i++) {
      codes.describe(i, take(3));
    }
    DecodingTable lengths = codes.lengths();
    while (!codes.isComplete()) {
      int symbol = next(lengths) >>> DecodingTable.VALUE;
      codes.add(symbol, take(BlockCodes.extraBits(symbol)));
    }
    codes.build();
  }

  /** Decodes to the end of the block, or until there is no room for another match. */
  private void decodeSymbols() throws IOException, DataFormatException {
    while (state == State.CODED && made <= LAST) {
      if (in.end - in.position >= TURN_ROOM && made <= LAST_FAST) {
        decodeFast();
      } else {
        decodeOne();
      }
    }
  }

  /**
   * Decodes while there is input to spare, so that nothing need be asked in between.
   *
   * <p>An entry lives within one turn, and what a symbol takes is subtracted with all that stands
   * above it in the entry, so that of the count the lowest six bits count: what is more would not
   * stay in registers.
   */
  private void decodeFast() throws DataFormatException {
    byte[] input = in.buffer;
    int position = in.position;
    int lastPosition = in.end - TURN_ROOM;
    byte[] output = out;
    int at = made;
    int[] literals = codes.literals.entries;
    int[] distances = codes.distances.entries;
    int literalMask = codes.literals.mask;
    int distanceMask = codes.distances.mask;
    long pending = bits;
    int count = bitCount;

    while (position <= lastPosition && at <= LAST_FAST) {
      pending |= (long) LONGS.get(input, position) << count;
      position += (~count & COUNT_MASK) >>> 3;
      count |= 56;
      int entry = literals[(int) pending & literalMask];
      if ((entry & DecodingTable.LITERAL) != 0) {
        pending >>>= entry;
        count -= entry;
        output[at++] = (byte) (entry >>> DecodingTable.VALUE);
        entry = literals[(int) pending & literalMask];
        if ((entry & DecodingTable.LITERAL) != 0) {
          pending >>>= entry;
          count -= entry;
          output[at++] = (byte) (entry >>> DecodingTable.VALUE);
          entry = literals[(int) pending & literalMask];
          if ((entry & DecodingTable.LITERAL) != 0) {
            pending >>>= entry;
            count -= entry;
            output[at++] = (byte) (entry >>> DecodingTable.VALUE);
            continue;
          }
        }
      }
      if ((entry & DecodingTable.SECOND) != 0) {
        pending >>>= entry;
        count -= entry;
        entry = literals[secondIndex(entry, pending)];
        if ((entry & DecodingTable.LITERAL) != 0) {
          pending >>>= entry;
          count -= entry;
          output[at++] = (byte) (entry >>> DecodingTable.VALUE);
          continue;
        }
      }
      int length = valueOf(entry, pending);
      pending >>>= entry;
      count -= entry;
      if (length < MatchFinder.MIN_MATCH) {
        if ((entry & DecodingTable.END) != 0) {
          state = State.HEAD;
          break;
        }
        throw noCode();
      }
      pending |= (long) LONGS.get(input, position) << count;
      position += (~count & COUNT_MASK) >>> 3;
      count |= 56;
      int far = distances[(int) pending & distanceMask];
      if ((far & DecodingTable.SECOND) != 0) {
        pending >>>= far;
        count -= far;
        far = distances[secondIndex(far, pending)];
      }
      int distance = valueOf(far, pending);
      pending >>>= far;
      count -= far;
      if (distance == 0) {
        throw noCode();
      }
      if (distance > at) {
        throw tooFar();
      }
      copyMatch(output, at, distance, length);
      at += length;
    }
    count &= COUNT_MASK;
    made = at;
    // Bytes that were taken ahead are given back.
    in.position = position - (count >>> 3);
    bitCount = count & 7;
    bits = pending & ((1L << bitCount) - 1);
  }

  private static int secondIndex(int entry, long pending) {
    int width = (entry >>> DecodingTable.CODE) & DecodingTable.CODE_MASK;
    return (entry >>> DecodingTable.VALUE) + ((int) pending & ((1 << width) - 1));
  }

  /** The value of a symbol with its extra bits. */
  private static int valueOf(int entry, long pending) {
    int code = (entry >>> DecodingTable.CODE) & DecodingTable.CODE_MASK;
    return (entry >>> DecodingTable.VALUE) + (int) ((pending & ((1L << entry) - 1)) >>> code);
  }

  /** Copies by words; up to 15 bytes past the match are written, too. */
  private static void copyMatch(byte[] output, int to, int distance, int length) {
    int end = to + length;
    int from = to - distance;
    int at = to;
    if (distance < Long.BYTES) {
      // What repeats within less than a word: each turn doubles what can be copied at once.
      while (at - from < Long.BYTES && at < end) {
        LONGS.set(output, at, (long) LONGS.get(output, from));
        at += at - from;
      }
    } else {
      LONGS.set(output, at, (long) LONGS.get(output, from));
      LONGS.set(output, at + Long.BYTES, (long) LONGS.get(output, from + Long.BYTES));
      at += 2 * Long.BYTES;
      from += 2 * Long.BYTES;
    }
    while (at < end) {
      LONGS.set(output, at, (long) LONGS.get(output, from));
      at += Long.BYTES;
      from += Long.BYTES;
    }
  }

  /** Decodes a symbol without reading more than it needs. */
  private void decodeOne() throws IOException, DataFormatException {
    int entry = next(codes.literals);
    int value = entry >>> DecodingTable.VALUE;
    if ((entry & DecodingTable.LITERAL) != 0) {
      out[made++] = (byte) value;
      return;
    }
    if ((entry & DecodingTable.END) != 0) {
      state = State.HEAD;
      return;
    }
    int length = value + take(extraBits(entry));
    int far = next(codes.distances);
    int distance = (far >>> DecodingTable.VALUE) + take(extraBits(far));
    if (distance > made) {
      throw tooFar();
    }
    copyMatch(out, made, distance, length);
    made += length;
  }

  private static int extraBits(int entry) {
    return (entry & DecodingTable.TAKEN)
        - ((entry >>> DecodingTable.CODE) & DecodingTable.CODE_MASK);
  }

  /** The entry of the next symbol, whose code is taken, and whose extra bits are not. */
  private int next(DecodingTable table) throws IOException, DataFormatException {
    int entry = complete(table, 0, table.mask);
    if ((entry & DecodingTable.SECOND) != 0) {
      drop(entry & DecodingTable.TAKEN);
      int width = (entry >>> DecodingTable.CODE) & DecodingTable.CODE_MASK;
      entry = complete(table, entry >>> DecodingTable.VALUE, (1 << width) - 1);
    }
    drop((entry >>> DecodingTable.CODE) & DecodingTable.CODE_MASK);
    return entry;
  }

  /** Takes bytes until the bits there are make up a code. */
  private int complete(DecodingTable table, int begin, int mask)
      throws IOException, DataFormatException {
    while (true) {
      int entry = table.entries[begin + ((int) bits & mask)];
      boolean isSecond = (entry & DecodingTable.SECOND) != 0;
      int needed =
          isSecond
              ? entry & DecodingTable.TAKEN
              : (entry >>> DecodingTable.CODE) & DecodingTable.CODE_MASK;
      if (entry != 0 && needed <= bitCount) {
        return entry;
      }
      if (entry == 0 && 1 << bitCount > mask) {
        throw noCode();
      }
      addByte();
    }
  }

  /** The next bits as a number, the first lowest; at most 16. */
  private int take(int count) throws IOException, DataFormatException {
    while (bitCount < count) {
      addByte();
    }
    int value = (int) bits & ((1 << count) - 1);
    drop(count);
    return value;
  }

  private void drop(int count) {
    bits >>>= count;
    bitCount -= count;
  }

  private void addByte() throws IOException, DataFormatException {
    int next = in.read();
    if (next < 0) {
      throw endsEarly();
    }
    bits |= (long) next << bitCount;
    bitCount += Byte.SIZE;
  }

  private static DataFormatException endsEarly() {
    return new DataFormatException("it ends early");
  }

  private static DataFormatException noCode() {
    return new DataFormatException("bits that are no code");
  }

  private static DataFormatException tooFar() {
    return new DataFormatException("a match lies before the beginning");
  }
}
