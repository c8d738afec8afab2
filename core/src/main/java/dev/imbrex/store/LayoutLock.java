package dev.imbrex.store;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Lets one thread of one process at a time change a layout (SN-S4). Readers never need it.
 *
 * <p>On POSIX a process loses its lock on a file as soon as it closes any channel to that file. So
 * each lock keeps one channel for its whole life, and only ever releases. Another lock on the same
 * file in this JVM, in another class loader perhaps, shows as {@link OverlappingFileLockException}
 * and is waited for.
 */
final class LayoutLock implements Closeable {
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MICROSECONDS.toNanos(200);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  /** What is done under the lock. */
  interface Action<T> {
    T run() throws IOException;
  }

  private final Path file;
  private final ReentrantLock threads = new ReentrantLock(true);
  private @Nullable FileChannel channel;

  LayoutLock(Path file) {
    this.file = file;
  }

  <T> T holding(Action<T> action) throws IOException {
    lockThreads();
    try {
      FileLock lock = acquire(channel());
      try {
        return action.run();
      } finally {
        lock.release();
      }
    } finally {
      threads.unlock();
    }
  }

  @Override
  public void close() throws IOException {
    threads.lock();
    try {
      if (channel != null) {
        channel.close();
        channel = null;
      }
    } finally {
      threads.unlock();
    }
  }

  private void lockThreads() throws InterruptedIOException {
    try {
      threads.lockInterruptibly();
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private FileChannel channel() throws IOException {
    FileChannel open = channel;
    // An interrupt during I/O under the lock may have closed it.
    if (open == null || !open.isOpen()) {
      Files.createDirectories(file.getParent());
      open = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel = open;
    }
    return open;
  }

  private FileLock acquire(FileChannel open) throws IOException {
    long pause = FIRST_PAUSE_NANOS;
    while (true) {
      FileLock lock = tryAcquire(open);
      if (lock != null) {
        return lock;
      }
      try {
        TimeUnit.NANOSECONDS.sleep(pause);
      } catch (InterruptedException e) {
        throw interrupted();
      }
      pause = Math.min(LONGEST_PAUSE_NANOS, pause * 2);
    }
  }

  private static @Nullable FileLock tryAcquire(FileChannel open) throws IOException {
    try {
      return open.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("Interrupted while waiting for the lock " + file);
  }
}
