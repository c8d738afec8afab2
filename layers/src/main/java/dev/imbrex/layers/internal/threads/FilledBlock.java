package dev.imbrex.layers.internal.threads;

/** A block on its way from one thread to another, which may then use it. */
public final class FilledBlock {
  /** Comes after the last one. */
  public static final FilledBlock END = new FilledBlock(new byte[0], 0);

  private final byte[] bytes;
  private final int length;

  public FilledBlock(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  /** The block itself, filled from its beginning. */
  public byte[] bytes() {
    return bytes;
  }

  /** How many bytes of it are filled. */
  public int length() {
    return length;
  }
}
