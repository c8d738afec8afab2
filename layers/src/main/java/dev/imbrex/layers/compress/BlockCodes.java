package dev.imbrex.layers.compress;

import java.util.Arrays;
import java.util.zip.DataFormatException;

/**
 * The two codes of a block on the reading side, and how a block describes its own (RFC 1951, 3.2.6
 * and 3.2.7).
 */
final class BlockCodes {
  private static final int MOST_LITERALS = 286;
  private static final int MOST_DISTANCES = 30;
  private static final int END_OF_BLOCK = 256;
  private static final int REPEAT = 16;
  private static final int ZEROS = 17;
  private static final int MANY_ZEROS = 18;

  final DecodingTable literals = DecodingTable.ofLiterals();
  final DecodingTable distances = DecodingTable.ofDistances();

  private final DecodingTable lengthCodes = DecodingTable.ofCodeLengths();
  private final byte[] lengthsOfLengths = new byte[CodeLengths.ORDER.length];
  private final byte[] lengths = new byte[288 + 32];
  private int literalCount;
  private int distanceCount;
  private int count;
  private boolean isFixed;

  /** The codes that are the same for all. */
  void setFixed() throws DataFormatException {
    if (isFixed) {
      return;
    }
    Arrays.fill(lengths, 0, 144, (byte) 8);
    Arrays.fill(lengths, 144, 256, (byte) 9);
    Arrays.fill(lengths, 256, 280, (byte) 7);
    Arrays.fill(lengths, 280, 288, (byte) 8);
    literals.build(lengths, 0, 288, false);
    Arrays.fill(lengths, 0, 32, (byte) 5);
    distances.build(lengths, 0, 32, false);
    isFixed = true;
  }

  /** Begins with the description of codes for so many symbols. */
  void begin(int literalCount, int distanceCount) throws DataFormatException {
    if (literalCount > MOST_LITERALS || distanceCount > MOST_DISTANCES) {
      throw new DataFormatException("codes for more symbols than there are");
    }
    this.literalCount = literalCount;
    this.distanceCount = distanceCount;
    isFixed = false;
    count = 0;
    Arrays.fill(lengthsOfLengths, (byte) 0);
  }

  /** Takes the length of the code for one of the lengths; they come in an order of their own. */
  void describe(int index, int length) {
    lengthsOfLengths[CodeLengths.ORDER[index]] = (byte) length;
  }

  /** The code in which lengths are written. */
  DecodingTable lengths() throws DataFormatException {
    lengthCodes.build(lengthsOfLengths, 0, lengthsOfLengths.length, false);
    return lengthCodes;
  }

  /** Whether all lengths are known. */
  boolean isComplete() {
    return count == literalCount + distanceCount;
  }

  /** How many bits follow a symbol for lengths. */
  static int extraBits(int symbol) {
    return CodeLengths.extraBits(symbol);
  }

  /** Takes a symbol for one or more lengths. */
  void add(int symbol, int extra) throws DataFormatException {
    switch (symbol) {
      case REPEAT -> {
        if (count == 0) {
          throw new DataFormatException("a repetition of nothing");
        }
        fill(lengths[count - 1], extra + 3);
      }
      case ZEROS -> fill((byte) 0, extra + 3);
      case MANY_ZEROS -> fill((byte) 0, extra + 11);
      default -> lengths[count++] = (byte) symbol;
    }
  }

  private void fill(byte length, int times) throws DataFormatException {
    if (count + times > literalCount + distanceCount) {
      throw new DataFormatException("codes for more symbols than were announced");
    }
    Arrays.fill(lengths, count, count + times, length);
    count += times;
  }

  /** Makes the codes of what was taken. */
  void build() throws DataFormatException {
    if (lengths[END_OF_BLOCK] == 0) {
      throw new DataFormatException("no code for the end of the block");
    }
    literals.build(lengths, 0, literalCount, true);
    distances.build(lengths, literalCount, distanceCount, true);
  }
}
