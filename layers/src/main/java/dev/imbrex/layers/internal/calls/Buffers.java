package dev.imbrex.layers.internal.calls;

import java.nio.ByteBuffer;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Memory outside the heap that is used again, by all files below one directory. */
final class Buffers {
  static final int SIZE = 1 << 18;

  private final Queue<ByteBuffer> idle = new ConcurrentLinkedQueue<>();
  private final Queue<Scratch> idleScratch = new ConcurrentLinkedQueue<>();

  // The ones given back last: most often there is but one thread, and no need to queue.

  private final AtomicReference<@Nullable ByteBuffer> last = new AtomicReference<>();
  private final AtomicReference<@Nullable Scratch> lastScratch = new AtomicReference<>();

  /** Whether the kernel was found not to have the call. */
  volatile boolean lacksListxattrat;

  /** A large buffer. */
  ByteBuffer take() {
    ByteBuffer buffer = last.getAndSet(null);
    if (buffer == null) {
      buffer = idle.poll();
    }
    return buffer == null ? ByteBuffer.allocateDirect(SIZE) : buffer.clear();
  }

  void giveBack(ByteBuffer buffer) {
    ByteBuffer before = last.getAndSet(buffer);
    if (before != null) {
      idle.add(before);
    }
  }

  /** Memory for one small call. */
  Scratch takeScratch() {
    Scratch scratch = lastScratch.getAndSet(null);
    if (scratch == null) {
      scratch = idleScratch.poll();
    }
    return scratch == null ? new Scratch() : scratch;
  }

  void giveBack(Scratch scratch) {
    Scratch before = lastScratch.getAndSet(scratch);
    if (before != null) {
      idleScratch.add(before);
    }
  }
}
