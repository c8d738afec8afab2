package dev.imbrex.layers.internal.calls;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Large buffers outside the heap that are used again, by all files below one directory. */
final class Buffers {
  static final int SIZE = 1 << 18;

  private final Queue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();

  ByteBuffer take() {
    ByteBuffer buffer = idle.poll();
    return buffer == null ? ByteBuffer.allocateDirect(SIZE) : buffer.clear();
  }

  void giveBack(ByteBuffer buffer) {
    idle.add(buffer);
  }
}
