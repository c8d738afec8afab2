package dev.imbrex.layers.internal.calls;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Memory outside the heap for the name that goes into a call and for what comes out of it. A call
 * that is given nothing but numbers needs no copy of an array made, and leaves no garbage. For one
 * thread at a time.
 */
final class Scratch {
  /** How long the answer to a call can be. */
  static final int ANSWER = 4096;

  private static final int NAME = 1024;

  private final ByteBuffer memory =
      ByteBuffer.allocateDirect(NAME + ANSWER).order(ByteOrder.nativeOrder());
  private final long address = Pointer.nativeValue(Native.getDirectBufferPointer(memory));

  /**
   * Puts a name there, after what may stand before it.
   *
   * @param name ends in a NUL
   * @return its address
   */
  long name(byte[] before, byte[] name) {
    memory.put(0, before);
    memory.put(before.length, name);
    return address;
  }

  /** The address for the answer. */
  long answer() {
    return address + NAME;
  }

  /** What {@code statx} answered. */
  FileStatus status() {
    return LinuxStatus.read(memory, NAME);
  }

  /** The bytes at the start of the answer. */
  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    memory.get(NAME, bytes);
    return bytes;
  }
}
