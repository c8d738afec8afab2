package dev.imbrex.layers.internal.calls;

import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a file system says about one file, a symbolic link being a file like others.
 *
 * @param mode permissions with the set-id and sticky bits, {@code 0} to {@code 07777}; where there
 *     are no permissions, {@code 0755} for directories and {@code 0644} for others
 * @param uid the owning user; 0 where there are no owners
 * @param gid the owning group; 0 where there are no owners
 * @param mtime the modification time, as finely as the provider can tell
 * @param size the number of bytes of a regular file, else unspecified
 * @param device which file system it is on; 0 if nobody can tell
 * @param identity equal for two names of one inode, device included; null if nobody can tell
 * @param links how many names the inode has; 1 if nobody can tell
 * @param major the major number of a device node, else 0
 * @param minor the minor number of a device node, else 0
 */
public record FileStatus(
    Type type,
    int mode,
    long uid,
    long gid,
    Instant mtime,
    long size,
    long device,
    @Nullable Object identity,
    long links,
    long major,
    long minor) {
  /** Whether it is a regular file, that very one, of this size and time. */
  public boolean isRegular(@Nullable Object identity, long size, Instant mtime) {
    return type == Type.REGULAR
        && Objects.equals(this.identity, identity)
        && this.size == size
        && this.mtime.equals(mtime);
  }

  /** The kinds of file. */
  public enum Type {
    /** A regular file. */
    REGULAR,
    /** A directory. */
    DIRECTORY,
    /** A symbolic link. */
    SYMLINK,
    /** A character device. */
    CHARACTER_DEVICE,
    /** A block device. */
    BLOCK_DEVICE,
    /** A named pipe. */
    FIFO,
    /** A socket, or anything a layer knows nothing of. */
    OTHER
  }
}
