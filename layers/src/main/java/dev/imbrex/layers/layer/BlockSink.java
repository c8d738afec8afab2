package dev.imbrex.layers.layer;

import java.io.IOException;
import java.io.OutputStream;

/** Takes the bytes of a tar in blocks, and gives others in exchange. */
interface BlockSink {
  /** How many bytes a block has room for. */
  int BLOCK = 1 << 18;

  /**
   * Takes the bytes at the start of a block, which the caller may use no more.
   *
   * @return a block to be filled next
   */
  byte[] give(byte[] block, int length) throws IOException;

  /** Has all bytes written that were given. */
  void flush() throws IOException;

  /** Writes each block at once to a stream. */
  static BlockSink to(OutputStream out) {
    return new BlockSink() {
      @Override
      public byte[] give(byte[] block, int length) throws IOException {
        out.write(block, 0, length);
        return block;
      }

      @Override
      public void flush() throws IOException {
        out.flush();
      }
    };
  }
}
