package dev.imbrex.container;

import dev.imbrex.container.internal.Settings;
import dev.imbrex.image.ReadOptions;
import dev.imbrex.layers.tree.Metadata;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.Optional;

/**
 * How an image is opened as a file system. Immutable.
 *
 * @param memoryLimit how many bytes of files are kept in memory: of changed ones, and of those of
 *     compressed layers once several have been read. What is beyond is kept in one temporary file,
 *     removed when the file system is closed
 * @param directory where that file is made; empty for the default place for temporary files
 * @param clock tells the times that files get when they change
 * @param uid the owner of new files, 0 to {@value Metadata#MAX_ID}
 * @param gid the group of new files
 * @param reading how the layers of the image are read
 */
public record ContainerOptions(
    long memoryLimit,
    Optional<Path> directory,
    Clock clock,
    long uid,
    long gid,
    ReadOptions reading) {
  /** How many bytes are kept in memory, unless told: 64 MiB. */
  public static final long DEFAULT_MEMORY = 64L << 20;

  /**
   * Checks that nothing is null.
   *
   * @throws IllegalArgumentException if the limit is negative, or an owner is none
   */
  public ContainerOptions {
    Objects.requireNonNull(directory);
    Objects.requireNonNull(clock);
    Objects.requireNonNull(reading);
    if (memoryLimit < 0) {
      throw new IllegalArgumentException("A negative limit of memory: " + memoryLimit);
    }
    Metadata.forFile().withOwner(uid, gid);
  }

  /** 64 MiB, the default place for temporary files, the clock of the system, and root as owner. */
  public static ContainerOptions defaults() {
    return new ContainerOptions(
        DEFAULT_MEMORY, Optional.empty(), Clock.systemUTC(), 0, 0, ReadOptions.defaults());
  }

  /** A copy that keeps so many bytes in memory; with 0 all goes to the temporary file. */
  public ContainerOptions withMemoryLimit(long bytes) {
    return new ContainerOptions(bytes, directory, clock, uid, gid, reading);
  }

  /** A copy that makes its temporary file in this directory of the default file system. */
  public ContainerOptions withDirectory(Path directory) {
    return new ContainerOptions(memoryLimit, Optional.of(directory), clock, uid, gid, reading);
  }

  /** A copy with another clock; a fixed one makes equal changes give equal layers. */
  public ContainerOptions withClock(Clock clock) {
    return new ContainerOptions(memoryLimit, directory, clock, uid, gid, reading);
  }

  /** A copy that gives new files another owner. */
  public ContainerOptions withOwner(long uid, long gid) {
    return new ContainerOptions(memoryLimit, directory, clock, uid, gid, reading);
  }

  /** A copy that reads the layers of the image in another way. */
  public ContainerOptions withReading(ReadOptions reading) {
    return new ContainerOptions(memoryLimit, directory, clock, uid, gid, reading);
  }

  Settings settings(String name, boolean readOnly) {
    return new Settings(name, readOnly, memoryLimit, directory.orElse(null), clock, uid, gid);
  }
}
