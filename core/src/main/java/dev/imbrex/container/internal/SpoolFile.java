package dev.imbrex.container.internal;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A temporary file of equally long slots, made when the first one is needed and removed at the end.
 * Interrupting a thread that reads or writes closes a channel for all its users; the others open
 * the file again and go on. Safe for use by many threads.
 */
final class SpoolFile implements Closeable {
  private final @Nullable Path directory;
  private final int slotSize;
  private final Deque<Long> free = new ArrayDeque<>();
  private @Nullable Path file;
  private @Nullable FileChannel channel;
  private long slots;
  private boolean closed;

  /**
   * Makes nothing yet.
   *
   * @param directory where the file will be; the default place for temporary files if null
   */
  SpoolFile(@Nullable Path directory, int slotSize) {
    this.directory = directory;
    this.slotSize = slotSize;
  }

  /** A slot nobody uses; what is in it is not said. */
  synchronized long allocate() throws IOException {
    requireOpen();
    Long reused = free.poll();
    return reused == null ? slots++ : reused;
  }

  synchronized void release(long slot) {
    free.push(slot);
  }

  /** How many slots are in use. */
  synchronized long used() {
    return slots - free.size();
  }

  /** Fills the buffer from a place in a slot. */
  void read(long slot, int offset, ByteBuffer into) throws IOException {
    long position = slot * slotSize + offset;
    while (into.hasRemaining()) {
      FileChannel open = channel();
      try {
        int read = open.read(into, position);
        if (read < 0) {
          throw new EOFException("The temporary file was cut at " + position);
        }
        position += read;
      } catch (ClosedChannelException e) {
        requireOnlyTheChannelClosed(e);
      }
    }
  }

  /** Writes what is in the buffer to a place in a slot. */
  void write(long slot, int offset, ByteBuffer from) throws IOException {
    long position = slot * slotSize + offset;
    while (from.hasRemaining()) {
      FileChannel open = channel();
      try {
        position += open.write(from, position);
      } catch (ClosedChannelException e) {
        requireOnlyTheChannelClosed(e);
      }
    }
  }

  /** How many bytes the disk has left, as far as anyone can tell. */
  synchronized long room() throws IOException {
    channel();
    return file == null ? 0 : Files.getFileStore(file).getUsableSpace();
  }

  private synchronized FileChannel channel() throws IOException {
    requireOpen();
    if (file == null) {
      file =
          directory == null
              ? Files.createTempFile("imbrex", ".container")
              : Files.createTempFile(directory, "imbrex", ".container");
    }
    if (channel == null || !channel.isOpen()) {
      channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }
    return channel;
  }

  /** Passes on the failure, unless it came from the interruption of another thread. */
  private synchronized void requireOnlyTheChannelClosed(ClosedChannelException e)
      throws ClosedChannelException {
    if (closed || e instanceof ClosedByInterruptException) {
      throw e;
    }
  }

  private void requireOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    closed = true;
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    }
  }
}
