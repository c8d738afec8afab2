package dev.imbrex.container.internal;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a file system behaves.
 *
 * @param name what stands for it in URIs
 * @param readOnly whether nothing can be changed
 * @param memoryLimit how many bytes of files are kept in memory
 * @param directory where the others are kept; the default place for temporary files if null
 * @param clock tells the time of changes
 * @param uid the owner of new files
 * @param gid the group of new files
 */
public record Settings(
    String name,
    boolean readOnly,
    long memoryLimit,
    @Nullable Path directory,
    Clock clock,
    long uid,
    long gid) {
  /** The permissions that new files and directories do not get. */
  static final int UMASK = 022;

  /** Checks that nothing is null. */
  public Settings {
    Objects.requireNonNull(name);
    Objects.requireNonNull(clock);
  }
}
