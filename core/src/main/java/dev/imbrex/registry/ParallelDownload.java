package dev.imbrex.registry;

import dev.imbrex.manifest.document.Descriptor;
import dev.imbrex.registry.BlobDownload.NoPartException;
import dev.imbrex.registry.BlobDownload.Place;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads a blob in parts, several at once, and hands out its bytes in order (SN-G17).
 *
 * <p>Each part is a {@link BlobDownload} of its own on a thread of the client, which fills an array
 * and never waits for the reader; so none holds a connection that another one waits for. There are
 * as many arrays as parts at once, and no more. Used by one thread; closing it, by any thread, ends
 * what is under way and waits until it has ended.
 */
final class ParallelDownload extends InputStream {
  private final BlobDownload first;
  private final Descriptor content;
  private final String what;
  private final int partBytes;
  private final RegistryHost host;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** The parts being read, or waiting to be handed out, in order. */
  private final Deque<Part> parts = new ArrayDeque<>();

  /** Those that have a thread or will have one, which may be handed out already. */
  private final Set<Part> running = new HashSet<>();

  private long started;
  private long position;
  private boolean stopped;
  private boolean closed;
  private @Nullable Throwable failure;

  /** What is read instead, once it turned out that there are no parts. */
  private @Nullable InputStream whole;

  private ParallelDownload(
      BlobDownload first, Descriptor content, String what, int partBytes, RegistryHost host) {
    this.first = first;
    this.content = content;
    this.what = what;
    this.partBytes = partBytes;
    this.host = host;
  }

  /**
   * Opens a blob. The first answer tells whether there are ranges; if not, it is one stream.
   *
   * @param count how many parts at once
   * @param partBytes the size of a part, less than that of the blob
   */
  static InputStream open(
      List<Place> places,
      Descriptor content,
      String what,
      int count,
      int partBytes,
      RegistryHost host)
      throws IOException {
    BlobDownload first;
    try {
      first = BlobDownload.first(places, content, what, partBytes, host.repeats());
    } catch (RegistryException e) {
      if (e.kind() != RegistryException.Kind.PROTOCOL) {
        throw e;
      }
      // It gets ranges wrong, but may know how to give the whole.
      return BlobDownload.open(places, content, what, 0, content.size(), host.repeats());
    }
    if (!first.isPart()) {
      return first;
    }
    ParallelDownload download = new ParallelDownload(first, content, what, partBytes, host);
    boolean good = false;
    try {
      for (int i = 0; i < count && download.started < content.size(); i++) {
        download.start(new byte[(int) Math.min(partBytes, content.size() - download.started)]);
      }
      good = true;
      return download;
    } finally {
      if (!good) {
        download.close();
      }
    }
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    try {
      Part part = awaitBytes();
      if (part != null) {
        return take(part, bytes, offset, length);
      }
    } catch (InterruptedIOException e) {
      close();
      throw e;
    }
    InputStream in = whole;
    return in == null ? -1 : in.read(bytes, offset, length);
  }

  @Override
  public int available() throws IOException {
    InputStream in;
    lock.lock();
    try {
      Part part = parts.peek();
      if (part != null) {
        return part.filled - part.taken;
      }
      in = whole;
    } finally {
      lock.unlock();
    }
    return in == null ? 0 : in.available();
  }

  @Override
  public void close() {
    InputStream in;
    lock.lock();
    try {
      closed = true;
      in = whole;
    } finally {
      lock.unlock();
    }
    stop();
    first.close();
    if (in instanceof BlobDownload download) {
      download.close();
    }
  }

  /** The part that has the next bytes; null at the end, and where the whole is read instead. */
  private @Nullable Part awaitBytes() throws IOException {
    Throwable problem;
    lock.lock();
    try {
      while (true) {
        if (closed) {
          throw new IOException(what + " is closed");
        }
        Part part = parts.peek();
        if (part != null && part.filled > part.taken) {
          return part;
        }
        if (failure == null && part == null) {
          return null;
        }
        if (failure == null && part != null) {
          failure = part.failure;
        }
        if (failure != null) {
          problem = failure;
          break;
        }
        changed.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while reading " + what);
    } finally {
      lock.unlock();
    }
    stop();
    if (problem instanceof NoPartException) {
      readWhole();
      return null;
    }
    if (problem instanceof InterruptedIOException) {
      // Nobody else interrupts them before the first failure.
      throw new IllegalStateException("The registry client was closed", problem);
    }
    if (problem instanceof IOException io) {
      throw io;
    }
    if (problem instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    throw (Error) problem;
  }

  private int take(Part part, byte[] bytes, int offset, int length) throws IOException {
    int count;
    boolean last;
    lock.lock();
    try {
      count = Math.min(length, part.filled - part.taken);
      System.arraycopy(part.bytes, part.taken, bytes, offset, count);
      part.taken += count;
      position += count;
      last = part.taken == part.length;
      if (last) {
        parts.remove(part);
      }
    } finally {
      lock.unlock();
    }
    if (last && started < content.size()) {
      start(part.bytes);
    }
    return count;
  }

  /** Begins to read the next part, into an array that is free. */
  private void start(byte[] bytes) {
    lock.lock();
    try {
      if (stopped) {
        return;
      }
      Part part = new Part(started, (int) Math.min(partBytes, content.size() - started), bytes);
      host.exchanges().executor().execute(part);
      running.add(part);
      parts.add(part);
      started += part.length;
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("The registry client was closed", e);
    } finally {
      lock.unlock();
    }
  }

  /** The registry gives no parts any more; what is missing is read as after a break. */
  private void readWhole() throws IOException {
    InputStream in =
        BlobDownload.open(
            List.of(first.place()), content, what, position, content.size(), host.repeats());
    boolean late;
    lock.lock();
    try {
      parts.clear();
      failure = null;
      whole = in;
      late = closed;
    } finally {
      lock.unlock();
    }
    if (late) {
      in.close();
    }
  }

  /** Ends all that is under way, and waits for it; it is soon, as all of it can be interrupted. */
  private void stop() {
    lock.lock();
    try {
      stopped = true;
      for (Part part : running) {
        if (part.thread != null) {
          part.thread.interrupt();
        }
      }
      changed.signalAll();
      while (!running.isEmpty()) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  /** One part. Its fields but the bytes are guarded by the lock. */
  private final class Part implements Runnable {
    private final long start;
    private final int length;
    private final byte[] bytes;

    /** So many bytes are there, which do not change any more. */
    private int filled;

    private int taken;
    private @Nullable Throwable failure;
    private @Nullable Thread thread;

    Part(long start, int length, byte[] bytes) {
      this.start = start;
      this.length = length;
      this.bytes = bytes;
    }

    @Override
    public void run() {
      Throwable problem = null;
      try {
        if (enter()) {
          fill();
        }
      } catch (IOException | RuntimeException | Error e) {
        problem = e;
      } finally {
        leave(problem);
      }
    }

    private void fill() throws IOException {
      try (BlobDownload in =
          start == 0 ? first : first.part(start, start + length, host.repeats())) {
        for (int count = 0; count < length; ) {
          int read = in.read(bytes, count, length - count);
          if (read < 0) {
            throw new IOException(
                what + " ended after " + (start + count) + " of " + content.size() + " bytes");
          }
          count += read;
          publish(count);
        }
        in.finish();
      }
    }

    private boolean enter() {
      lock.lock();
      try {
        thread = Thread.currentThread();
        return !stopped;
      } finally {
        lock.unlock();
      }
    }

    private void publish(int count) {
      lock.lock();
      try {
        filled = count;
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    /** The thread is not interrupted after this, when it does other work. */
    private void leave(@Nullable Throwable problem) {
      lock.lock();
      try {
        thread = null;
        failure = problem;
        running.remove(this);
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }
}
