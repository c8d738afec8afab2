package dev.imbrex.layers.compress;

import java.util.Arrays;

/**
 * A prefix code over a small alphabet, made from how often each symbol occurs, with no code longer
 * than a limit (RFC 1951, 3.2.2). Reused from block to block.
 */
final class HuffmanCode {
  private final int limit;

  /** The number of bits of each symbol's code; 0 for one that does not occur. */
  final byte[] lengths;

  /** The codes, their first bit lowest. */
  final int[] codes;

  private final long[] sorted;
  private final int[] depths;
  private final int[] ofLength;

  HuffmanCode(int symbols, int limit) {
    this.limit = limit;
    this.lengths = new byte[symbols];
    this.codes = new int[symbols];
    this.sorted = new long[symbols];
    this.depths = new int[symbols];
    this.ofLength = new int[limit + 2];
  }

  /** Makes the code for symbols that occur as often as this says. */
  void build(int[] frequencies) {
    int used = sortUsed(frequencies);
    Arrays.fill(lengths, (byte) 0);
    if (used < 2) {
      // Some readers want two codes even where one would do.
      int symbol = used == 0 ? 0 : (int) sorted[0];
      lengths[symbol] = 1;
      lengths[symbol == 0 ? 1 : 0] = 1;
    } else {
      findDepths(used);
      limitDepths(used);
    }
    assignCodes();
  }

  /** What the symbols cost in this code, without the extra bits that follow some. */
  long cost(int[] frequencies) {
    long bits = 0;
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      bits += (long) frequencies[symbol] * lengths[symbol];
    }
    return bits;
  }

  /** Sorts the symbols that occur, the rarest first and of equals the lowest. */
  private int sortUsed(int[] frequencies) {
    int used = 0;
    for (int symbol = 0; symbol < frequencies.length; symbol++) {
      if (frequencies[symbol] != 0) {
        sorted[used++] = ((long) frequencies[symbol] << 32) | symbol;
      }
    }
    Arrays.sort(sorted, 0, used);
    return used;
  }

  /** The depths in Huffman's tree, in place, after Moffat and Katajainen (1995). */
  private void findDepths(int used) {
    int[] a = depths;
    for (int i = 0; i < used; i++) {
      a[i] = (int) (sorted[i] >>> 32);
    }
    a[0] += a[1];
    int root = 0;
    int leaf = 2;
    for (int next = 1; next < used - 1; next++) {
      if (leaf >= used || a[root] < a[leaf]) {
        a[next] = a[root];
        a[root++] = next;
      } else {
        a[next] = a[leaf++];
      }
      if (leaf >= used || (root < next && a[root] < a[leaf])) {
        a[next] += a[root];
        a[root++] = next;
      } else {
        a[next] += a[leaf++];
      }
    }
    a[used - 2] = 0;
    for (int next = used - 3; next >= 0; next--) {
      a[next] = a[a[next]] + 1;
    }
    int available = 1;
    int inner = 0;
    int depth = 0;
    int node = used - 2;
    int next = used - 1;
    while (available > 0) {
      while (node >= 0 && a[node] == depth) {
        inner++;
        node--;
      }
      while (available > inner) {
        a[next--] = depth;
        available--;
      }
      available = 2 * inner;
      depth++;
      inner = 0;
    }
  }

  /** Cuts codes that are too long, and makes others longer until all fit in a tree again. */
  private void limitDepths(int used) {
    Arrays.fill(ofLength, 0);
    long excess = 0;
    for (int i = 0; i < used; i++) {
      int depth = Math.min(depths[i], limit);
      ofLength[depth]++;
      excess += 1L << (limit - depth);
    }
    excess -= 1L << limit;
    while (excess > 0) {
      int depth = limit - 1;
      while (ofLength[depth] == 0) {
        depth--;
      }
      // One leaf goes down a level and takes one of the lowest for a sibling.
      ofLength[depth]--;
      ofLength[depth + 1] += 2;
      ofLength[limit]--;
      excess--;
    }
    int next = 0;
    for (int depth = limit; depth > 0; depth--) {
      for (int i = ofLength[depth]; i > 0; i--) {
        lengths[(int) sorted[next++]] = (byte) depth;
      }
    }
  }

  private void assignCodes() {
    int[] firstOf = new int[limit + 2];
    for (byte length : lengths) {
      if (length > 0) {
        firstOf[length + 1]++;
      }
    }
    int code = 0;
    for (int length = 1; length <= limit; length++) {
      code = (code + firstOf[length]) << 1;
      firstOf[length] = code;
    }
    assign(firstOf);
  }

  private void assign(int[] next) {
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      int length = lengths[symbol];
      codes[symbol] = length == 0 ? 0 : Integer.reverse(next[length]++) >>> (Integer.SIZE - length);
    }
  }
}
