package dev.imbrex.layers.internal.calls;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Memory outside the heap that is used again, by all files below one directory. */
final class Buffers {
  static final int SIZE = 1 << 18;

  private final Queue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();
  private final Queue<Scratch> idleScratch = new ConcurrentLinkedQueue<>();

  /** A large buffer. */
  ByteBuffer take() {
    ByteBuffer buffer = idle.poll();
    return buffer == null ? ByteBuffer.allocateDirect(SIZE) : buffer.clear();
  }

  void giveBack(ByteBuffer buffer) {
    idle.add(buffer);
  }

  /** Memory for one small call. */
  Scratch takeScratch() {
    Scratch scratch = idleScratch.poll();
    return scratch == null ? new Scratch() : scratch;
  }

  void giveBack(Scratch scratch) {
    idleScratch.add(scratch);
  }
}
