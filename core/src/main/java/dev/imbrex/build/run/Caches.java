package dev.imbrex.build.run;

import dev.imbrex.manifest.digest.Digest;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The directories of cache mounts, by id. Commands share them, wait for one another, or get one of
 * their own, as they wish. Safe for use by many threads.
 */
final class Caches {
  private final Path directory;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private final Map<String, Integer> users = new HashMap<>();

  Caches(Path directory) {
    this.directory = directory;
  }

  /** A directory, which may have to be made, until it is closed. */
  record Use(Path directory, Closeable release) implements Closeable {
    @Override
    public void close() throws IOException {
      release.close();
    }
  }

  /**
   * Takes the directory of an id.
   *
   * @param sharing {@code shared}, {@code locked} or {@code private}
   */
  Use take(String id, String sharing) throws IOException {
    String name = Digest.sha256(id.getBytes(StandardCharsets.UTF_8)).encoded();
    lock.lock();
    try {
      if (sharing.equals("private")) {
        String first = name;
        for (int i = 1; users.containsKey(name); i++) {
          name = first + "." + i;
        }
      }
      while (sharing.equals("locked") && users.containsKey(name)) {
        released.await();
      }
      users.merge(name, 1, Integer::sum);
      String taken = name;
      return new Use(directory.resolve(name), () -> release(taken));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while waiting for cache " + id);
    } finally {
      lock.unlock();
    }
  }

  private void release(String name) {
    lock.lock();
    try {
      users.computeIfPresent(name, (key, count) -> count == 1 ? null : count - 1);
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
