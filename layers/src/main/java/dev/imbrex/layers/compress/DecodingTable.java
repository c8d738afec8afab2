package dev.imbrex.layers.compress;

import java.util.Arrays;
import java.util.zip.DataFormatException;

/**
 * A prefix code as a table: the next bits of the stream, the first of them lowest, lead to what the
 * symbol means. Codes longer than the table is wide go on in a second table behind it. Reused from
 * block to block.
 *
 * <p>An entry holds from its lowest bit: in 8 bits how many bits the symbol takes with its extra
 * bits, in 5 how many without them, three flags, and from {@link #VALUE} on the literal, the least
 * length or distance, or where the second table begins. An entry of zero is no code.
 */
final class DecodingTable {
  static final int TAKEN = 0xff;
  static final int CODE = 8;
  static final int CODE_MASK = 0x1f;
  static final int END = 1 << 13;
  static final int SECOND = 1 << 14;
  static final int LITERAL = 1 << 15;
  static final int VALUE = 16;

  private static final int LONGEST = 15;

  /** How many bits lead into the table. */
  private final int width;

  final int mask;

  /** The table, and the second tables behind it. */
  final int[] entries;

  /** What each symbol means, without the length of its code. */
  private final int[] meanings;

  private final int[] ofLength = new int[LONGEST + 1];
  private final int[] next = new int[LONGEST + 2];

  private DecodingTable(int width, int size, int[] meanings) {
    this.width = width;
    this.mask = (1 << width) - 1;
    this.entries = new int[size];
    this.meanings = meanings;
  }

  /** A table for literals, lengths and the end of a block. */
  static DecodingTable ofLiterals() {
    int[] meanings = new int[288];
    for (int literal = 0; literal < 256; literal++) {
      meanings[literal] = literal << VALUE | LITERAL;
    }
    meanings[256] = END;
    for (int i = 0; i < Symbols.LENGTH_BITS.length; i++) {
      meanings[257 + i] = Symbols.LENGTH_BASE[i] << VALUE | Symbols.LENGTH_BITS[i];
    }
    // The last two have codes among the fixed ones and no meaning.
    return new DecodingTable(11, (1 << 11) + (1 << 11), meanings);
  }

  /** A table for distances. */
  static DecodingTable ofDistances() {
    int[] meanings = new int[32];
    for (int i = 0; i < Symbols.DISTANCE_BITS.length; i++) {
      meanings[i] = Symbols.DISTANCE_BASE[i] << VALUE | Symbols.DISTANCE_BITS[i];
    }
    return new DecodingTable(9, (1 << 9) + (1 << 11), meanings);
  }

  /** A table for the lengths of codes. */
  static DecodingTable ofCodeLengths() {
    int[] meanings = new int[19];
    for (int i = 0; i < meanings.length; i++) {
      meanings[i] = i << VALUE | LITERAL;
    }
    return new DecodingTable(7, 1 << 7, meanings);
  }

  /**
   * Makes the table of a code (RFC 1951, 3.2.2).
   *
   * @param lengths the lengths of the codes, from {@code from} on
   * @param symbols how many symbols there are
   * @param mayBeSingle whether a single code of one bit will do, or none at all
   * @throws DataFormatException if the lengths are those of no code
   */
  void build(byte[] lengths, int from, int symbols, boolean mayBeSingle)
      throws DataFormatException {
    Arrays.fill(ofLength, 0);
    for (int i = 0; i < symbols; i++) {
      ofLength[lengths[from + i]]++;
    }
    ofLength[0] = 0;
    int longest = requireComplete(mayBeSingle);
    Arrays.fill(entries, 0, Math.min(entries.length, mask + 1), 0);
    int code = 0;
    for (int length = 1; length <= LONGEST; length++) {
      code = (code + ofLength[length - 1]) << 1;
      next[length] = code;
    }
    int end = mask + 1;
    if (longest > width) {
      end = makeSecondTables(end);
    }
    for (int symbol = 0; symbol < symbols; symbol++) {
      int length = lengths[from + symbol];
      if (length > 0) {
        put(Integer.reverse(next[length]++) >>> (Integer.SIZE - length), length, symbol);
      }
    }
  }

  /** Checks that the codes fill the tree, and returns the length of the longest. */
  private int requireComplete(boolean mayBeSingle) throws DataFormatException {
    int longest = 0;
    int left = 1;
    for (int length = 1; length <= LONGEST; length++) {
      left = (left << 1) - ofLength[length];
      if (left < 0) {
        throw new DataFormatException("codes overlap");
      }
      if (ofLength[length] > 0) {
        longest = length;
      }
    }
    if (left > 0 && !(mayBeSingle && longest <= 1)) {
      throw new DataFormatException("codes are missing");
    }
    return longest;
  }

  /**
   * Lays out the second tables. Codes in order of their length fill the tree from one side, so
   * those that share their first bits follow one another, and each second table is as wide as the
   * codes that are left need to fill it.
   */
  private int makeSecondTables(int begin) {
    int end = begin;
    int length = width + 1;
    int left = ofLength[length];
    int code = next[length];
    while (length <= LONGEST) {
      if (left == 0) {
        length++;
        left = length <= LONGEST ? ofLength[length] : 0;
        code <<= 1;
        continue;
      }
      int bits = length - width;
      int room = 1 << bits;
      room -= left;
      int reached = length;
      while (room > 0 && reached < LONGEST) {
        reached++;
        room = (room << 1) - ofLength[reached];
      }
      bits = reached - width;
      int first = Integer.reverse(code >>> (length - width)) >>> (Integer.SIZE - width);
      entries[first] = end << VALUE | SECOND | bits << CODE | width;
      Arrays.fill(entries, end, end + (1 << bits), 0);
      end += 1 << bits;
      // Goes past the codes that are in this table.
      int space = 1 << (length - width);
      while (true) {
        int taken = Math.min(space, left);
        space -= taken;
        left -= taken;
        code += taken;
        if (space == 0 || length == LONGEST) {
          break;
        }
        length++;
        space <<= 1;
        code <<= 1;
        left = ofLength[length];
      }
    }
    return end;
  }

  private void put(int reversed, int length, int symbol) {
    int meaning = meanings[symbol];
    if (meaning == 0) {
      return;
    }
    int extra = meaning & TAKEN;
    if (length <= width) {
      int entry = (meaning & ~TAKEN) | length << CODE | (length + extra);
      for (int i = reversed; i <= mask; i += 1 << length) {
        entries[i] = entry;
      }
      return;
    }
    int second = entries[reversed & mask];
    int rest = length - width;
    int entry = (meaning & ~TAKEN) | rest << CODE | (rest + extra);
    int size = 1 << ((second >>> CODE) & CODE_MASK);
    for (int i = reversed >>> width; i < size; i += 1 << rest) {
      entries[(second >>> VALUE) + i] = entry;
    }
  }
}
