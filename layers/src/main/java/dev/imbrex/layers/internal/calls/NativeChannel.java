package dev.imbrex.layers.internal.calls;

import com.sun.jna.LastErrorException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;

/** A regular file, open for reading. For one thread at a time. */
final class NativeChannel implements SeekableByteChannel {
  private final Fd fd;
  private final Buffers buffers;
  private final long size;
  private long position;

  NativeChannel(Fd fd, Buffers buffers, long size) {
    this.fd = fd;
    this.buffers = buffers;
    this.size = size;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    requireOpen();
    if (!target.hasRemaining()) {
      return 0;
    }
    if (target.isDirect()) {
      // The call begins at the start of the memory, wherever the position is.
      ByteBuffer rest = target.position() == 0 ? target : target.slice();
      int read = read(rest, target.remaining());
      target.position(target.position() + Math.max(read, 0));
      return read;
    }
    ByteBuffer buffer = buffers.take();
    try {
      int wanted = Math.min(buffer.capacity(), target.remaining());
      int read = read(buffer, wanted);
      if (read > 0) {
        target.put(buffer.limit(read));
      }
      return read;
    } finally {
      buffers.giveBack(buffer);
    }
  }

  private int read(ByteBuffer direct, int wanted) throws IOException {
    try {
      int read = (int) Libc.pread(fd.number(), direct, wanted, position);
      position += read;
      return read == 0 ? -1 : read;
    } catch (LastErrorException e) {
      throw Errno.about(fd.shown(), e);
    }
  }

  @Override
  public int write(ByteBuffer source) {
    throw new NonWritableChannelException();
  }

  @Override
  public long position() throws IOException {
    requireOpen();
    return position;
  }

  @Override
  public SeekableByteChannel position(long newPosition) throws IOException {
    requireOpen();
    if (newPosition < 0) {
      throw new IllegalArgumentException("negative position: " + newPosition);
    }
    position = newPosition;
    return this;
  }

  /** The size the file had when it was opened. */
  @Override
  public long size() throws IOException {
    requireOpen();
    return size;
  }

  @Override
  public SeekableByteChannel truncate(long newSize) {
    throw new NonWritableChannelException();
  }

  @Override
  public boolean isOpen() {
    return fd.isOpen();
  }

  @Override
  public void close() throws IOException {
    fd.close();
  }

  private void requireOpen() throws ClosedChannelException {
    if (!fd.isOpen()) {
      throw new ClosedChannelException();
    }
  }
}
