package dev.imbrex.layers.compress;

import java.io.IOException;

/** Turns stored bytes into the bytes meant. */
interface Decoder {
  /** Gives at least one byte and at most {@code length}, or -1 at a correct end. */
  int decode(byte[] bytes, int offset, int length) throws IOException;

  /** How many zero bytes stood behind the compressed data; known at the end. */
  default long trailingZeros() {
    return 0;
  }

  /** Gives back memory outside the heap. */
  default void release() {}
}
