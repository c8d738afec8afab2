package dev.imbrex.layers.layer;

/** A block on its way from one thread to another, which may then use it. */
final class FilledBlock {
  /** Comes after the last one. */
  static final FilledBlock END = new FilledBlock(new byte[0], 0);

  final byte[] bytes;
  final int length;

  FilledBlock(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }
}
