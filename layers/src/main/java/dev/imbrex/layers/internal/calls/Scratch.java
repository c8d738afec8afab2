package dev.imbrex.layers.internal.calls;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import dev.imbrex.layers.tree.ByteString;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystemException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

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

  /** Puts a name there, with a NUL behind it, and tells its address. */
  long name(ByteString name) {
    put(0, name);
    return address;
  }

  /** Puts the start of a path there and a name behind it, and tells the address. */
  long path(byte[] start, ByteString name) {
    memory.put(0, start);
    put(start.length, name);
    return address;
  }

  private void put(int at, ByteString name) {
    int length = name.length();
    for (int i = 0; i < length; i++) {
      memory.put(at + i, name.byteAt(i));
    }
    memory.put(at + length, (byte) 0);
  }

  /** The address for the answer. */
  long answer() {
    return address + NAME;
  }

  /** Asks {@code statx} about what is open. */
  void ask(Fd fd) throws FileSystemException {
    try {
      Libc.statx(
          fd.number(),
          name(ByteString.empty()),
          LinuxFlags.AT_EMPTY_PATH,
          LinuxStatus.WANTED,
          answer());
    } catch (LastErrorException e) {
      throw Errno.about(fd.shown(), e);
    }
  }

  /** What {@code statx} answered. */
  FileStatus status() {
    return LinuxStatus.read(memory, NAME);
  }

  /** Whether it answered that this is a regular file, that very one, of this size and time. */
  boolean isRegular(@Nullable Object identity, long size, Instant mtime) {
    return LinuxStatus.isRegular(memory, NAME, identity, size, mtime);
  }

  /** The bytes at the start of the answer. */
  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    memory.get(NAME, bytes);
    return bytes;
  }
}
