package dev.imbrex.container.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A channel on a file. Safe for use by many threads, one of which moves bytes at a time. Closing it
 * does not wait for them; interrupting one of them closes it, as with every channel.
 */
final class VirtualChannel extends FileChannel {
  private static final int BUFFER = 1 << 16;

  private final VirtualFileSystem fileSystem;
  private final FileInode file;
  private final OpenFlags flags;
  private final boolean truncate;
  private final LowerCursor cursor;
  private final ReentrantLock lock = new ReentrantLock();
  private long position;

  VirtualChannel(VirtualFileSystem fileSystem, FileInode file, OpenFlags flags, boolean truncate) {
    this.fileSystem = fileSystem;
    this.file = file;
    this.flags = flags;
    this.truncate = truncate;
    this.cursor = new LowerCursor(fileSystem.lowers());
  }

  /** Empties the file, if it is to be. */
  VirtualChannel begun() throws IOException {
    if (truncate) {
      file.data().truncate(0);
      fileSystem.written(file);
    }
    return this;
  }

  private interface Transfer {
    long run() throws IOException;
  }

  /** Moves bytes, for as long as the channel is open. */
  private long transfer(Transfer transfer) throws IOException {
    boolean complete = false;
    lock.lock();
    try {
      requireOpen();
      begin();
      long result = transfer.run();
      complete = true;
      return result;
    } finally {
      lock.unlock();
      closeCursorIfClosed();
      end(complete);
    }
  }

  private void requireOpen() throws ClosedChannelException {
    if (!isOpen()) {
      throw new ClosedChannelException();
    }
  }

  private void requireReadable() throws ClosedChannelException {
    requireOpen();
    if (!flags.read()) {
      throw new NonReadableChannelException();
    }
  }

  private void requireWritable() throws ClosedChannelException {
    requireOpen();
    if (!flags.write()) {
      throw new NonWritableChannelException();
    }
  }

  // ---- Reading

  @Override
  public int read(ByteBuffer into) throws IOException {
    requireReadable();
    return (int) transfer(() -> readOn(into));
  }

  private long readOn(ByteBuffer into) throws IOException {
    int read = file.data().read(cursor, into, position);
    position += Math.max(0, read);
    return read;
  }

  @Override
  public long read(ByteBuffer[] into, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, into.length);
    requireReadable();
    return transfer(
        () -> {
          long total = 0;
          for (int i = offset; i < offset + length; i++) {
            while (into[i].hasRemaining()) {
              long read = readOn(into[i]);
              if (read < 0) {
                return total == 0 ? -1 : total;
              }
              total += read;
            }
          }
          return total;
        });
  }

  @Override
  public int read(ByteBuffer into, long from) throws IOException {
    requireNotNegative(from);
    requireReadable();
    return (int) transfer(() -> file.data().read(cursor, into, from));
  }

  // ---- Writing

  @Override
  public int write(ByteBuffer from) throws IOException {
    requireWritable();
    return (int) transfer(() -> writeOn(from));
  }

  private long writeOn(ByteBuffer from) throws IOException {
    int count = from.remaining();
    try {
      if (flags.append()) {
        position = file.data().append(from);
      } else {
        position += file.data().write(from, position);
      }
    } finally {
      noteChange(count);
    }
    return count;
  }

  private void noteChange(int count) {
    if (count > 0) {
      fileSystem.written(file);
    }
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, from.length);
    requireWritable();
    return transfer(
        () -> {
          long total = 0;
          for (int i = offset; i < offset + length; i++) {
            total += writeOn(from[i]);
          }
          return total;
        });
  }

  /** Writes at a position; at the end, if the channel appends, as Linux does. */
  @Override
  public int write(ByteBuffer from, long to) throws IOException {
    requireNotNegative(to);
    requireWritable();
    int count = from.remaining();
    return (int)
        transfer(
            () -> {
              try {
                if (flags.append()) {
                  file.data().append(from);
                } else {
                  file.data().write(from, to);
                }
              } finally {
                noteChange(count);
              }
              return count;
            });
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    requireNotNegative(size);
    requireWritable();
    transfer(
        () -> {
          if (file.data().truncate(size)) {
            fileSystem.written(file);
          }
          position = Math.min(position, size);
          return 0;
        });
    return this;
  }

  /** Does nothing: there is nothing slower to write to. */
  @Override
  public void force(boolean metadata) throws IOException {
    requireOpen();
  }

  // ---- Places

  @Override
  public long position() throws IOException {
    requireOpen();
    return transfer(() -> flags.append() ? file.data().size() : position);
  }

  @Override
  public FileChannel position(long newPosition) throws IOException {
    requireNotNegative(newPosition);
    requireOpen();
    transfer(
        () -> {
          position = newPosition;
          return 0;
        });
    return this;
  }

  @Override
  public long size() throws IOException {
    requireOpen();
    return file.data().size();
  }

  private static void requireNotNegative(long place) {
    if (place < 0) {
      throw new IllegalArgumentException("Negative: " + place);
    }
  }

  // ---- Between channels

  @Override
  public long transferTo(long from, long count, WritableByteChannel target) throws IOException {
    requireNotNegative(from);
    requireNotNegative(count);
    requireReadable();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, BUFFER));
    long total = 0;
    while (total < count) {
      buffer.clear().limit((int) Math.min(count - total, buffer.capacity()));
      if (read(buffer, from + total) <= 0) {
        break;
      }
      buffer.flip();
      int wanted = buffer.remaining();
      int written = target.write(buffer);
      total += written;
      if (written < wanted) {
        break;
      }
    }
    return total;
  }

  @Override
  public long transferFrom(ReadableByteChannel source, long to, long count) throws IOException {
    requireNotNegative(to);
    requireNotNegative(count);
    requireWritable();
    if (to > size()) {
      return 0;
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(count, BUFFER));
    long total = 0;
    while (total < count) {
      buffer.clear().limit((int) Math.min(count - total, buffer.capacity()));
      if (source.read(buffer) <= 0) {
        break;
      }
      total += write(buffer.flip(), to + total);
    }
    return total;
  }

  /** Always fails: the bytes are not those of one file of the system. */
  @Override
  public MappedByteBuffer map(MapMode mode, long from, long size) {
    throw new UnsupportedOperationException("Files of a container layer cannot be mapped");
  }

  // ---- Locks

  @Override
  public FileLock lock(long from, long size, boolean shared) throws IOException {
    if (shared) {
      requireReadable();
    } else {
      requireWritable();
    }
    return file.locks().lock(this, from, size, shared);
  }

  @Override
  public FileLock tryLock(long from, long size, boolean shared) throws IOException {
    return lock(from, size, shared);
  }

  // ---- Closing

  @Override
  protected void implCloseChannel() throws IOException {
    file.locks().releaseAll(this);
    fileSystem.forget(this, file);
    closeCursorIfClosed();
  }

  /** Whoever moves bytes now does this afterwards. */
  private void closeCursorIfClosed() throws IOException {
    if (!isOpen() && lock.tryLock()) {
      try {
        cursor.close();
      } finally {
        lock.unlock();
      }
    }
  }
}
