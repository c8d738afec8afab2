package dev.imbrex.layers.layer;

import static java.util.Objects.checkFromIndexSize;

import dev.imbrex.layers.internal.threads.Interruption;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.channels.ClosedChannelException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Reads a stream by a thread of its own, a little ahead of whoever reads this: so bytes are
 * inflated, or digested, while what became of those before is looked at. The thread ends with the
 * stream, or when this is closed. What ends it is thrown here, behind the bytes before it.
 *
 * <p>Before {@link #begin} there is no thread, and bytes come from the stream as they are asked
 * for. Reading is for one thread; closing may be for another, and ends a reading that waits.
 */
final class AheadInput extends InputStream {
  private static final int CHUNK = ReadAhead.CHUNK;

  private static final Chunk NOTHING = new Chunk(new byte[0]);

  private final InputStream in;
  private final Closeable source;
  private final ReadAhead room;
  private final BlockingQueue<Chunk> full = new LinkedBlockingQueue<>();
  private final BlockingQueue<Chunk> idle = new LinkedBlockingQueue<>();
  private @Nullable Thread thread;
  private int made;
  private volatile boolean stopped;

  private Chunk current = NOTHING;
  private int position;

  /** Some bytes, and what comes behind them. */
  private static final class Chunk {
    private final byte[] bytes;
    private int length;
    private boolean isLast;
    private @Nullable Throwable failure;

    Chunk(byte[] bytes) {
      this.bytes = bytes;
    }
  }

  /**
   * Prepares to read.
   *
   * @param in what is read, by no other thread once this has begun
   * @param source where its bytes come from; closing this closes it, so that the thread, should it
   *     wait there, does not wait any longer
   * @param room how far ahead it may read
   */
  AheadInput(InputStream in, Closeable source, ReadAhead room) {
    this.in = in;
    this.source = source;
    this.room = room;
  }

  /** Begins to read ahead; once. */
  AheadInput begin() {
    thread = new Thread(this::work, "imbrex-read");
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  private void work() {
    try {
      boolean isLast = false;
      while (!isLast && !stopped) {
        Chunk chunk = nextIdle();
        if (!stopped) {
          fill(chunk);
          isLast = chunk.isLast;
        }
        // What ends because it was closed must not look like an end.
        if (!stopped) {
          full.add(chunk);
        }
      }
    } catch (InterruptedException e) {
      full.add(last(new InterruptedIOException("Interrupted while bytes were read ahead")));
    }
  }

  private Chunk nextIdle() throws InterruptedException {
    // Somebody may interrupt this thread from inside the stream, and never wait.
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    Chunk chunk = idle.poll();
    if (chunk != null) {
      return chunk;
    }
    if (made < room.chunks()) {
      made++;
      return new Chunk(room.take());
    }
    return idle.take();
  }

  private static Chunk last(IOException failure) {
    Chunk last = new Chunk(new byte[0]);
    last.isLast = true;
    last.failure = failure;
    return last;
  }

  private void fill(Chunk chunk) {
    chunk.length = 0;
    try {
      while (chunk.length < CHUNK && !chunk.isLast && !stopped) {
        int read = Streams.readSome(in, chunk.bytes, chunk.length, CHUNK - chunk.length);
        chunk.isLast = read < 0;
        chunk.length += Math.max(read, 0);
      }
    } catch (Throwable e) {
      // Whatever it is, the other thread gets it; in this one it would be lost.
      chunk.failure = e;
      chunk.isLast = true;
      // It may be somebody's way to stop the whole, and this thread has a last word to say.
      Thread.interrupted();
    }
  }

  @Override
  public int read() throws IOException {
    if (thread == null) {
      return in.read();
    }
    return hasMore() ? current.bytes[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (thread == null) {
      return in.read(bytes, offset, length);
    }
    if (!hasMore()) {
      return -1;
    }
    int part = Math.min(length, current.length - position);
    System.arraycopy(current.bytes, position, bytes, offset, part);
    position += part;
    return part;
  }

  private boolean hasMore() throws IOException {
    while (position == current.length) {
      if (current.isLast) {
        Interruption.rethrow(current.failure);
        return false;
      }
      if (current != NOTHING) {
        idle.add(current);
      }
      position = 0;
      try {
        current = full.take();
      } catch (InterruptedException e) {
        current = NOTHING;
        throw Interruption.restored();
      }
    }
    return true;
  }

  /** Closes the source, and returns when the thread has ended. */
  @Override
  public void close() throws IOException {
    if (thread == null) {
      source.close();
      return;
    }
    stopped = true;
    // Not interrupted unless all is to stop: that closes channels which others may read, too.
    if (Thread.currentThread().isInterrupted()) {
      thread.interrupt();
    }
    idle.add(NOTHING);
    List<Chunk> unread = new ArrayList<>();
    full.drainTo(unread);
    try {
      source.close();
    } finally {
      Interruption.join(thread);
      full.drainTo(unread);
      full.add(last(new ClosedChannelException()));
      // Not the current one: somebody may be reading it.
      idle.drainTo(unread);
      unread.forEach(chunk -> room.giveBack(chunk.bytes));
    }
  }
}
