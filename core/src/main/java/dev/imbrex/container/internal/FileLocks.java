package dev.imbrex.container.internal;

import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.util.ArrayList;
import java.util.List;

/**
 * The locks on one file. All who could hold one are in this process, to which such locks do not
 * apply: one that overlaps another is refused, as by the default file system.
 */
final class FileLocks {
  private final List<Held> held = new ArrayList<>();

  synchronized FileLock lock(FileChannel channel, long position, long size, boolean shared) {
    Held lock = new Held(channel, position, size, shared);
    for (Held other : held) {
      if (other.overlaps(position, size)) {
        throw new OverlappingFileLockException();
      }
    }
    held.add(lock);
    return lock;
  }

  synchronized void releaseAll(Channel channel) {
    held.removeIf(lock -> lock.acquiredBy().equals(channel));
  }

  private synchronized void remove(Held lock) {
    held.remove(lock);
  }

  private synchronized boolean holds(Held lock) {
    return held.contains(lock);
  }

  private final class Held extends FileLock {
    Held(FileChannel channel, long position, long size, boolean shared) {
      super(channel, position, size, shared);
    }

    @Override
    public boolean isValid() {
      return acquiredBy().isOpen() && holds(this);
    }

    @Override
    public void release() throws ClosedChannelException {
      if (!acquiredBy().isOpen()) {
        throw new ClosedChannelException();
      }
      remove(this);
    }
  }
}
