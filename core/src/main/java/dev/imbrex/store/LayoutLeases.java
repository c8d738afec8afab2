package dev.imbrex.store;

import dev.imbrex.image.Lease;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The leases on a layout directory: one file each, named by process, begin and a random part, and
 * locked as long as it is held. A file that nobody has locked is left from a process that died.
 *
 * <p>Files of our own process are never opened to look: closing that channel would drop the lock of
 * the one who holds it. They count as held as long as they are there.
 */
final class LayoutLeases {
  private final LayoutFiles files;
  private final Clock clock;
  private final Set<Held> held = ConcurrentHashMap.newKeySet();

  LayoutLeases(LayoutFiles files, Clock clock) {
    this.files = files;
    this.clock = clock;
  }

  Lease take() throws IOException {
    Files.createDirectories(files.leases());
    Instant since = clock.instant();
    Path file =
        files.leases().resolve(process() + "-" + since.toEpochMilli() + "-" + UUID.randomUUID());
    FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    Held lease = new Held(file, channel, Instant.ofEpochMilli(since.toEpochMilli()));
    held.add(lease);
    boolean locked = false;
    try {
      // Fails only if somebody looks at it right now; then it counts as held all the same.
      channel.tryLock();
      locked = true;
      return lease;
    } finally {
      if (!locked) {
        lease.close();
      }
    }
  }

  Optional<Instant> oldest() throws IOException {
    Instant oldest = null;
    for (Path file : LayoutFiles.list(files.leases())) {
      String[] parts = file.getFileName().toString().split("-", 3);
      Optional<Instant> since = parts.length == 3 ? instant(parts[1]) : Optional.empty();
      if (since.isPresent()
          && (oldest == null || since.get().isBefore(oldest))
          && isHeld(file, parts[0])) {
        oldest = since.get();
      }
    }
    return Optional.ofNullable(oldest);
  }

  void close() throws IOException {
    for (Held lease : Set.copyOf(held)) {
      lease.close();
    }
  }

  private boolean isHeld(Path file, String process) throws IOException {
    if (process.equals(process())) {
      return true;
    }
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        return true;
      }
      Files.deleteIfExists(file);
      return false;
    } catch (OverlappingFileLockException e) {
      return true;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static String process() {
    return Long.toString(ProcessHandle.current().pid());
  }

  private static Optional<Instant> instant(String millis) {
    try {
      return Optional.of(Instant.ofEpochMilli(Long.parseLong(millis)));
    } catch (NumberFormatException | DateTimeException e) {
      return Optional.empty();
    }
  }

  private final class Held implements Lease {
    private final Path file;
    private final FileChannel channel;
    private final Instant since;

    Held(Path file, FileChannel channel, Instant since) {
      this.file = file;
      this.channel = channel;
      this.since = since;
    }

    @Override
    public Instant since() {
      return since;
    }

    @Override
    public void close() throws IOException {
      if (held.remove(this)) {
        try {
          Files.deleteIfExists(file);
        } finally {
          channel.close();
        }
      }
    }
  }
}
