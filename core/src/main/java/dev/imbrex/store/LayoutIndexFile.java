package dev.imbrex.store;

import dev.imbrex.manifest.document.IndexManifest;
import dev.imbrex.manifest.error.ContentNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * {@code index.json} as a file. It is read anew whenever it may have changed: that is, unless the
 * file has the same time, size and identity, and was not changed just before it was read, when a
 * second change could hide behind the same time. What is read anew is parsed only if its bytes are
 * others than the last.
 */
final class LayoutIndexFile {
  private static final Duration CLOCK_GRAIN = Duration.ofSeconds(2);

  private final LayoutFiles files;
  // Compared with times the file system gives, so it is the system's, whatever the storage uses.
  private final Clock clock = Clock.systemUTC();
  private volatile @Nullable Cached cached;

  private record Stamp(Instant modified, long size, @Nullable Object key) {}

  /** The last content; without a stamp where the file has to be read to know whether it is. */
  private record Cached(@Nullable Stamp stamp, LayoutIndex index) {
    boolean isOf(byte[] bytes) {
      return Arrays.equals(index.document().bytes(), bytes);
    }
  }

  LayoutIndexFile(LayoutFiles files) {
    this.files = files;
  }

  LayoutIndex read() throws IOException {
    Path file = files.index();
    try {
      Stamp stamp = stamp(file);
      Cached last = cached;
      if (last != null && stamp.equals(last.stamp)) {
        return last.index;
      }
      byte[] bytes = Files.readAllBytes(file);
      LayoutIndex index =
          last != null && last.isOf(bytes) ? last.index : LayoutIndex.parse(bytes, file.toString());
      boolean settled =
          stamp.modified.plus(CLOCK_GRAIN).isBefore(clock.instant()) && stamp.equals(stamp(file));
      cached = new Cached(settled ? stamp : null, index);
      return index;
    } catch (NoSuchFileException e) {
      throw new ContentNotFoundException(
          files.root() + " is no OCI layout: it has no file index.json", e);
    }
  }

  /** Replaces the file; the caller holds the lock of the layout. */
  void write(IndexManifest document) throws IOException {
    files.replace(files.index(), document.bytes());
    cached = new Cached(null, new LayoutIndex(document));
  }

  private static Stamp stamp(Path file) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
    return new Stamp(
        attributes.lastModifiedTime().toInstant(), attributes.size(), attributes.fileKey());
  }
}
